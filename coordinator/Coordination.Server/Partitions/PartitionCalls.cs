using System.Buffers.Binary;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Answers other members about the partitions of which this one has a replica; never by asking a third, so that no call goes in circles.
/// From any thread.
/// </summary>
internal sealed partial class PartitionCalls(PartitionStores stores, ILogger<PartitionCalls> logger) : IPartitionCalls
{
    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
        uint partition, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            return stores.FindLocal(partition) is { } store && !request.IsEmpty
                ? await AnswerAsync(store, (PartitionCallKind)request.Span[0], request[1..])
                : PartitionCallCodec.Answer(EtcdErrors.NoReplica);
        }
        catch (RpcException refusal)
        {
            return PartitionCallCodec.Answer(refusal.Status);
        }
        catch (Exception senseless) when (senseless is InvalidProtocolBufferException or FormatException)
        {
            LogSenseless(senseless);
            return PartitionCallCodec.Answer(EtcdErrors.Unexpected);
        }
    }

    private static async ValueTask<byte[]> AnswerAsync(IPartitionStore store, PartitionCallKind kind, ReadOnlyMemory<byte> payload)
    {
        switch (kind)
        {
            case PartitionCallKind.Range:
                return PartitionCallCodec.Answer(await store.RangeAsync(RangeRequest.Parser.ParseFrom(payload.Span)));
            case PartitionCallKind.Put:
                return PartitionCallCodec.Answer(await store.PutAsync(PutRequest.Parser.ParseFrom(payload.Span)));
            case PartitionCallKind.DeleteRange:
                return PartitionCallCodec.Answer(await store.DeleteRangeAsync(DeleteRangeRequest.Parser.ParseFrom(payload.Span)));
            case PartitionCallKind.Txn:
                return PartitionCallCodec.Answer(await store.TxnAsync(TxnRequest.Parser.ParseFrom(payload.Span)));
            case PartitionCallKind.Command:
                return PartitionCallCodec.Answer(await store.ApplyAsync(CommandCodec.Decode(payload.ToArray())));
            case PartitionCallKind.LeaseKeys when payload.Length == sizeof(long):
                var keys = new LeaseTimeToLiveResponse();
                keys.Keys.AddRange(await store.ReadLeaseKeysAsync(BinaryPrimitives.ReadInt64LittleEndian(payload.Span)));
                return PartitionCallCodec.Answer(keys);
            case PartitionCallKind.MoveProgress:
                return PartitionCallCodec.Answer(await store.ReadProgressAsync());
            default:
                throw new FormatException($"There is no call of kind {(byte)kind} with {payload.Length} bytes.");
        }
    }

    [LoggerMessage(3030, LogLevel.Error, "another member asked what makes no sense here; does it run another version?")]
    private partial void LogSenseless(Exception senseless);
}
