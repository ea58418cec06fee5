using System.Globalization;
using System.IO.Pipelines;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// etcd's Watch service as members have it for each other, on the peer port: a call is about one partition, which its metadata name, and
/// ends when the replica here stops or has no leader. What a client is never told goes out as well: that a watch has to go on elsewhere.
/// </summary>
internal sealed class PeerWatchService(PeerWatches watches, TimeProvider time) : Watch.WatchBase
{
    /// <summary>How long the replica may be without a leader: who is cut off would keep the watches of others quiet for ever.</summary>
    private const int LeaderlessChecksMax = 3;

    private static readonly TimeSpan LeaderCheckInterval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override async Task Watch(
        IAsyncStreamReader<WatchRequest> requestStream, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
    {
        watches.Network.Check(context.RequestHeaders);
        bool isNamed = uint.TryParse(
            context.RequestHeaders.GetValue(PeerWatches.PartitionKey), NumberStyles.None, CultureInfo.InvariantCulture, out uint partition);
        if (!isNamed || watches.Find(partition) is not { } replica)
        {
            throw EtcdErrors.Refuse(EtcdErrors.NoReplica);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        using var stream = replica.Watches.OpenStream();
        await using var closing = ending.Token.UnsafeRegister(static stream => ((WatchStream)stream!).Dispose(), stream);
        var reading = ReadAsync(requestStream, stream, ending.Token);
        var looking = AwaitLossOfLeaderAsync(replica, ending);
        try
        {
            await SendAsync(replica, stream, context.GetHttpContext().Response.BodyWriter, ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading;
        throw EtcdErrors.Refuse(EtcdErrors.Stopped);
    }

    private static async Task ReadAsync(IAsyncStreamReader<WatchRequest> requests, WatchStream stream, CancellationToken ending)
    {
        try
        {
            while (await requests.MoveNext(ending))
            {
                await HandAsync(requests.Current, stream, ending);
            }
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // The call is over, and whatever becomes of its requests now is only a consequence of that.
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static ValueTask HandAsync(WatchRequest request, WatchStream stream, CancellationToken ending) =>
        request.RequestUnionCase switch
        {
            WatchRequest.RequestUnionOneofCase.CreateRequest => stream.CreateAsync(
                WatchTranslation.ToCreation(request.CreateRequest), ending),
            WatchRequest.RequestUnionOneofCase.CancelRequest => stream.CancelAsync(request.CancelRequest.WatchId, ending),
            WatchRequest.RequestUnionOneofCase.ProgressRequest => stream.RequestProgressAsync(ending),
            _ => ValueTask.CompletedTask,
        };

    private static int CountBeforeMove(ReadOnlySpan<WatchDelivery> deliveries)
    {
        int count = 0;
        while (count < deliveries.Length && deliveries[count].Notice.Kind != WatchNoticeKind.Moved)
        {
            count++;
        }

        return count;
    }

    private static async Task SendAsync(PartitionReplica replica, WatchStream stream, PipeWriter output, CancellationToken ending)
    {
        // The receiver puts its own identity into what it passes on.
        var writer = new WatchResponseWriter(0, replica.Id);
        while (await stream.TakeAsync() is { IsEmpty: false } deliveries)
        {
            ulong term = replica.Term;
            while (!deliveries.IsEmpty)
            {
                if (deliveries.Span[0].Notice.Kind == WatchNoticeKind.Moved)
                {
                    WatchResponseWriter.Write(output, WatchTranslation.ToResponse(deliveries.Span[0]));
                    deliveries = deliveries[1..];
                }
                else
                {
                    deliveries = deliveries[writer.Write(output, deliveries.Span[..CountBeforeMove(deliveries.Span)], term)..];
                }

                var flushed = await output.FlushAsync(ending);
                if (flushed.IsCompleted)
                {
                    return;
                }
            }
        }
    }

    private async Task AwaitLossOfLeaderAsync(PartitionReplica replica, CancellationTokenSource ending)
    {
        using var timer = new PeriodicTimer(LeaderCheckInterval, time);
        int misses = 0;
        while (misses < LeaderlessChecksMax && await timer.WaitForNextTickAsync(ending.Token))
        {
            misses = replica.GetStatus().Leader == 0 ? misses + 1 : 0;
        }

        await ending.CancelAsync();
    }
}
