using Coordination.Client;
using Coordination.Recipes;
using Google.Protobuf;
using Grpc.Core;
using Proto = Coordination.Protocol.Etcd;

namespace Coordination.Server;

/// <summary>etcd's Election service: <see cref="Election"/> for clients without the library. From any thread.</summary>
internal sealed class ElectionService(CoordinationClient client, EtcdPartition partition)
{
    /// <summary>Waits until the lease leads. A wait that is given up withdraws the candidature.</summary>
    public Task<Proto.Elections.CampaignResponse> CampaignAsync(
        Proto.Elections.CampaignRequest request, CancellationToken cancellationToken)
    {
        var election = ElectionOf(request.Name);
        return RecipeCall.RunAsync(
            async () =>
            {
                var lease = await RecipeCall.GetLeaseAsync(client, request.Lease, cancellationToken).ConfigureAwait(false);
                var (leader, revision) = await election.LeadForLeaseAsync(lease, request.Value.Memory, cancellationToken)
                    .ConfigureAwait(false);
                return new Proto.Elections.CampaignResponse
                {
                    Header = partition.Header(revision),
                    Leader = new Proto.Elections.LeaderKey
                    {
                        Name = request.Name,
                        Key = Bytes.ToByteString(leader.Candidate.Bytes),
                        Rev = leader.Epoch.Value,
                        Lease = leader.Lease.Value,
                    },
                };
            },
            EtcdErrors.LeaseNotFound);
    }

    /// <summary>Replaces the proposal of the leader, whoever asks: that its key is known is the permission.</summary>
    public async ValueTask<Proto.Elections.ProclaimResponse> ProclaimAsync(Proto.Elections.ProclaimRequest request)
    {
        var (election, leader) = Find(request.Leader);
        var proclaimed = await RecipeCall.RunAsync(
            () => election.CommitProclamationAsync(leader with { Proposal = request.Value.Memory }, CancellationToken.None),
            EtcdErrors.NotElected).ConfigureAwait(false);
        return proclaimed.Succeeded
            ? new Proto.Elections.ProclaimResponse { Header = partition.Header(proclaimed.Revision) }
            : throw EtcdErrors.Refuse(EtcdErrors.NotElected);
    }

    /// <summary>Who leads.</summary>
    public async ValueTask<Proto.Elections.LeaderResponse> LeaderAsync(Proto.Elections.LeaderRequest request)
    {
        var election = ElectionOf(request.Name);
        var found = await RecipeCall.RunAsync(() => election.ReadLeaderAsync(CancellationToken.None), EtcdErrors.NoElectedLeader)
            .ConfigureAwait(false);
        return found.KeyValues.Count > 0
            ? ToResponse(found.KeyValues[0], found.Revision)
            : throw EtcdErrors.Refuse(EtcdErrors.NoElectedLeader);
    }

    /// <summary>Shows every leader and every proposal, beginning with what there is.</summary>
    public Task ObserveAsync(
        Proto.Elections.LeaderRequest request,
        IServerStreamWriter<Proto.Elections.LeaderResponse> responses,
        CancellationToken cancellationToken)
    {
        var election = ElectionOf(request.Name);
        return RecipeCall.RunAsync(
            async () =>
            {
                await foreach (var (leader, revision) in election.ObserveKeysAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (leader is not null)
                    {
                        await responses.WriteAsync(ToResponse(leader, revision), cancellationToken).ConfigureAwait(false);
                    }
                }

                return true;
            },
            EtcdErrors.NoElectedLeader);
    }

    /// <summary>Ends a leadership; one that is over already stays so.</summary>
    public async ValueTask<Proto.Elections.ResignResponse> ResignAsync(Proto.Elections.ResignRequest request)
    {
        var (election, leader) = Find(request.Leader);
        var resigned = await RecipeCall.RunAsync(
            () => election.CommitResignationAsync(leader, CancellationToken.None), EtcdErrors.NotElected).ConfigureAwait(false);
        return new Proto.Elections.ResignResponse { Header = partition.Header(resigned.Revision) };
    }

    private static Proto.KeyValue ToMessage(KeyValue key) => new()
    {
        Key = Bytes.ToByteString(key.Key.Bytes),
        Value = Bytes.ToByteString(key.Value.Bytes),
        CreateRevision = key.CreateRevision,
        ModRevision = key.ModRevision,
        Version = key.Version,
        Lease = key.Lease.Value,
    };

    private Proto.Elections.LeaderResponse ToResponse(KeyValue leader, long revision) =>
        new() { Header = partition.Header(revision), Kv = ToMessage(leader) };

    private Election ElectionOf(ByteString name) => new(client.Root, RecipeCall.CheckName(name.Memory));

    private (Election Election, Leader Leader) Find(Proto.Elections.LeaderKey? leader) => leader is null
        ? throw EtcdErrors.Refuse(EtcdErrors.LeaderNotProvided)
        : (ElectionOf(leader.Name), new Leader(leader.Key.Memory, default, new FencingToken(leader.Rev), new LeaseId(leader.Lease)));
}
