using Coordination.Protocol.Etcd;
using Coordination.StateMachine;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>
/// One partition, wherever its replicas are. What is refused, by the partition or on the way to it, is an exception with the status that
/// clients are told; one that must not be told, <see cref="EtcdErrors.WrongPartition"/>, is for the <see cref="PartitionRouter"/>.
/// From any thread.
/// </summary>
internal interface IPartitionStore
{
    ValueTask<RangeResponse> RangeAsync(RangeRequest request);

    ValueTask<PutResponse> PutAsync(PutRequest request);

    ValueTask<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request);

    ValueTask<TxnResponse> TxnAsync(TxnRequest request);

    /// <summary>
    /// Has a command applied that no client sends. What the state machine refused is in the answer; an exception means that it is not known
    /// whether it was applied, or that it was not.
    /// </summary>
    ValueTask<CommandOutcome> ApplyAsync(Command command);

    /// <summary>The keys in this partition of a lease, in order.</summary>
    ValueTask<IReadOnlyList<ByteString>> ReadLeaseKeysAsync(long lease);

    /// <summary>How far the partition is with taking over its first keys.</summary>
    ValueTask<MoveProgress> ReadProgressAsync();
}
