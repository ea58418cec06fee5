using Coordination.Protocol.V1;

namespace Coordination.Server;

/// <summary>What the cluster is made of: its partitions, and their replicas on all members. From any thread.</summary>
internal sealed class PartitionsService(PartitionMaps maps, PartitionPictures pictures, PartitionChanges changes, LeaderMoves moves)
{
    public async ValueTask<ListPartitionsResponse> ListPartitionsAsync(ListPartitionsRequest request)
    {
        var response = new ListPartitionsResponse();
        response.Partitions.AddRange(await Task.WhenAll(maps.Current.All.Select(pictures.DescribeAsync)).ConfigureAwait(false));
        return response;
    }

    public async ValueTask<MoveLeaderResponse> MoveLeaderAsync(MoveLeaderRequest request)
    {
        await moves.MoveAsync(request.PartitionId, request.MemberId).ConfigureAwait(false);
        return new MoveLeaderResponse();
    }

    public async ValueTask<CreatePartitionResponse> CreatePartitionAsync(CreatePartitionRequest request)
    {
        var created = await changes.CreateAsync(request.Prefix.ToByteArray(), request.ReplicaCount).ConfigureAwait(false);
        return new CreatePartitionResponse { Partition = await pictures.DescribeAsync(created).ConfigureAwait(false) };
    }

    public async ValueTask<MoveReplicaResponse> MoveReplicaAsync(MoveReplicaRequest request)
    {
        var moved = await changes.MoveReplicaAsync(request.PartitionId, request.FromMemberId, request.ToMemberId).ConfigureAwait(false);
        return new MoveReplicaResponse { Partition = await pictures.DescribeAsync(moved).ConfigureAwait(false) };
    }

    public async ValueTask<DropPartitionResponse> DropPartitionAsync(DropPartitionRequest request)
    {
        await changes.DropAsync(request.PartitionId).ConfigureAwait(false);
        return new DropPartitionResponse();
    }
}
