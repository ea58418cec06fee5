using Coordination.Client;
using Coordination.Protocol.V1;
using Coordination.Recipes;
using Grpc.Core;
using Duration = Google.Protobuf.WellKnownTypes.Duration;
using Proto = Coordination.Protocol.V1;

namespace Coordination.Server;

/// <summary>
/// The service <c>coordination.v1.Queues</c>: <see cref="DistributedQueue"/> for clients without the library. Keeps nothing between two
/// calls: a claim is a key on a lease, and its id says which. From any thread.
/// </summary>
internal sealed class QueueService(CoordinationClient client, EtcdServiceOptions options, TimeProvider time)
{
    /// <summary>What the names of queues have in front of them in the store.</summary>
    public const string Prefix = "queues/";

    private static readonly TimeSpan VisibilityDefault = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan VisibilityMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan VisibilityMax = TimeSpan.FromDays(1);
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DelayMax = TimeSpan.FromDays(365);

    private readonly EnqueueTurns _turns = new(options.RequestTimeout);

    public async ValueTask<EnqueueResponse> EnqueueAsync(EnqueueRequest request)
    {
        using var queue = QueueOf(
            request.Name, new QueueOptions { LengthMax = Positive(RequestField.Number(request.LengthMax, "length_max", int.MaxValue)) });
        var enqueuing = new EnqueueOptions
        {
            Priority = PriorityOf(request.Priority),
            Delay = RequestField.FindTime(request.Delay, "delay", TimeSpan.Zero, DelayMax) ?? TimeSpan.Zero,
        };
        var body = Content.Read(request.Text, request.Body);
        long sequence = await RecipeErrors.RunAsync(() => _turns.TakeAsync(request.Name, () => queue.EnqueueAsync(body, enqueuing)))
            .ConfigureAwait(false);
        return new EnqueueResponse { Sequence = sequence };
    }

    /// <summary>Takes a message or waits for one. A caller that leaves meanwhile takes none.</summary>
    public Task<ClaimResponse> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        var wait = RequestField.FindTime(request.Wait, "wait", TimeSpan.Zero, WaitMax) ?? TimeSpan.Zero;
        var visibility = RequestField.FindTime(request.Visibility, "visibility", VisibilityMin, VisibilityMax);
        if (visibility is not null && request.LeaseId != 0)
        {
            throw RequestField.Refuse("visibility", "the lease of lease_id has a time to live of its own");
        }

        int deliveriesMax = RequestField.Number(request.DeliveriesMax, "deliveries_max", int.MaxValue);
        var behaviour = new QueueOptions { TimeProvider = time };
        behaviour = deliveriesMax == 0 ? behaviour : behaviour with { DeliveriesMax = deliveriesMax };
        var queue = QueueOf(request.Name, behaviour);
        return RecipeErrors.RunAsync(async () =>
        {
            using (queue)
            {
                await using var lease = new ClaimLease(client.Leases, request.LeaseId, visibility ?? VisibilityDefault);
                var claimed = await ClaimAsync(queue, lease, wait, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (claimed is null)
                {
                    return new ClaimResponse();
                }

                lease.Keep();
                return new ClaimResponse { Message = ToMessage(claimed, lease.Id) };
            }
        });
    }

    public async ValueTask<AcknowledgeResponse> AcknowledgeAsync(AcknowledgeRequest request)
    {
        using var queue = QueueOf(request.Name);
        await SettleAsync(ClaimId.Read(request.ClaimId, queue).Acknowledge()).ConfigureAwait(false);
        return new AcknowledgeResponse();
    }

    public async ValueTask<ReleaseResponse> ReleaseAsync(ReleaseRequest request)
    {
        using var queue = QueueOf(request.Name);
        var claim = ClaimId.Read(request.ClaimId, queue);
        var delay = RequestField.FindTime(request.Delay, "delay", TimeSpan.Zero, DelayMax) ?? TimeSpan.Zero;
        await SettleAsync(
            delay > TimeSpan.Zero
                ? claim.Delay(time.GetUtcNow() + delay, (await GetAsync(claim).ConfigureAwait(false)).Body)
                : claim.Release()).ConfigureAwait(false);
        return new ReleaseResponse();
    }

    public async ValueTask<ExtendResponse> ExtendAsync(ExtendRequest request)
    {
        using var queue = QueueOf(request.Name);
        var (lease, _) = await GetAsync(ClaimId.Read(request.ClaimId, queue)).ConfigureAwait(false);
        try
        {
            var ttl = await RecipeErrors.RunAsync(() => client.Leases.RenewAsync(lease)).ConfigureAwait(false);
            return new ExtendResponse { Visibility = Duration.FromTimeSpan(ttl) };
        }
        catch (RpcException gone) when (gone.StatusCode == StatusCode.NotFound)
        {
            throw new RpcException(RecipeErrors.ClaimIsOver);
        }
    }

    public async ValueTask<GiveUpResponse> GiveUpAsync(GiveUpRequest request)
    {
        using var queue = QueueOf(request.Name);
        var claim = ClaimId.Read(request.ClaimId, queue);
        var (_, body) = await GetAsync(claim).ConfigureAwait(false);
        await SettleAsync(claim.GiveUp(body)).ConfigureAwait(false);
        return new GiveUpResponse();
    }

    public async ValueTask<CountResponse> CountAsync(CountRequest request)
    {
        using var queue = QueueOf(request.Name);
        var counts = await RecipeErrors.RunAsync(() => queue.GetCountsAsync()).ConfigureAwait(false);
        return new CountResponse { Ready = counts.Ready, Claimed = counts.Claimed, Delayed = counts.Delayed, Dead = counts.Dead };
    }

    public async ValueTask<ListDeadLettersResponse> ListDeadLettersAsync(ListDeadLettersRequest request)
    {
        using var queue = QueueOf(request.Name);
        var letters = await RecipeErrors.RunAsync(() => queue.GetDeadLettersAsync()).ConfigureAwait(false);
        return new ListDeadLettersResponse { Letters = { letters.Select(ToMessage) } };
    }

    public async ValueTask<RequeueResponse> RequeueAsync(RequeueRequest request)
    {
        using var queue = QueueOf(request.Name);
        byte priority = PriorityOf(request.Priority);
        bool isRequeued = await RecipeErrors.RunAsync(async () =>
            await queue.FindDeadLetterAsync(request.Sequence, CancellationToken.None).ConfigureAwait(false) is { } letter
            && await queue.ReviveAsync(letter, priority).ConfigureAwait(false)).ConfigureAwait(false);
        return isRequeued ? new RequeueResponse() : throw new RpcException(RecipeErrors.NoDeadLetter);
    }

    private static byte PriorityOf(uint value) => (byte)RequestField.Number(value, "priority", byte.MaxValue);

    private static int? Positive(int number) => number == 0 ? null : number;

    private static async Task SettleAsync(Transaction settling)
    {
        var settled = await RecipeErrors.RunAsync(() => settling.CommitAsync()).ConfigureAwait(false);
        if (!QueueClaim.IsSettled(settled))
        {
            throw new RpcException(RecipeErrors.ClaimIsOver);
        }
    }

    private static async Task<(LeaseId Lease, Value Body)> GetAsync(QueueClaim claim) =>
        await RecipeErrors.RunAsync(() => claim.FindAsync(CancellationToken.None)).ConfigureAwait(false)
        ?? throw new RpcException(RecipeErrors.ClaimIsOver);

    private static Proto.ClaimedMessage ToMessage(Coordination.Recipes.ClaimedMessage claimed, LeaseId lease)
    {
        var message = new Proto.ClaimedMessage
        {
            ClaimId = ClaimId.Of(claimed.Claim),
            LeaseId = lease.Value,
            Sequence = claimed.Claim.Sequence,
            Priority = claimed.Claim.Priority,
            Attempt = claimed.Attempt,
            FencingToken = claimed.Claim.Place.Revision,
        };
        Content.Write(claimed.Body, text => message.Text = text, body => message.Body = body);
        return message;
    }

    private static Proto.DeadLetter ToMessage(Coordination.Recipes.DeadLetter letter)
    {
        var message = new Proto.DeadLetter { Sequence = letter.Sequence };
        Content.Write(letter.Body, text => message.Text = text, body => message.Body = body);
        return message;
    }

    /// <summary>Recipes wait for as long as it takes; a call ends when the cluster does not answer.</summary>
    private async Task<Coordination.Recipes.ClaimedMessage?> ClaimAsync(
        DistributedQueue queue, ClaimLease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(wait + options.RequestTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await queue.ClaimForLeaseAsync(lease.GetAsync, wait, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(RecipeErrors.TimedOut);
        }
    }

    private DistributedQueue QueueOf(string name, QueueOptions? behaviour = null) =>
        new(client.Root, Prefix + RequestField.Name(name, "name"), behaviour ?? new QueueOptions { TimeProvider = time });
}
