using Coordination.Protocol.Etcd;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>
/// etcd's KV service: finds the partition that a request is about, which does the rest. From any thread; knows nothing of connections.
/// </summary>
internal sealed class KeyValueService(PartitionRouter router, EtcdPartition partition)
{
    public ValueTask<RangeResponse> RangeAsync(RangeRequest request) => router.RangeAsync(request);

    public ValueTask<PutResponse> PutAsync(PutRequest request) => router.PutAsync(request);

    public ValueTask<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request) => router.DeleteRangeAsync(request);

    public ValueTask<TxnResponse> TxnAsync(TxnRequest request) => router.TxnAsync(request);

    /// <summary>Revisions are each partition's own: the one that a client names is the default partition's.</summary>
    public async ValueTask<CompactionResponse> CompactAsync(CompactionRequest request)
    {
        var outcome = await partition.ApplyAsync(new CompactCommand(request.Revision)).ConfigureAwait(false);
        if (request.Physical)
        {
            await partition.CompactionFinishedAsync().ConfigureAwait(false);
        }

        return new CompactionResponse { Header = partition.Header(outcome) };
    }
}
