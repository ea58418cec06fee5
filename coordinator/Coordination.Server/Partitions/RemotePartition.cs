using System.Buffers;
using System.Buffers.Binary;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// A partition of which this member has no replica: asks those that have one, first the one that should lead. A read goes on to the next
/// member when one is silent; a write is repeated only if it certainly did not happen. From any thread.
/// </summary>
internal sealed class RemotePartition(PartitionEntry entry, PeerReplicas network, EtcdServiceOptions options, TimeProvider time)
    : IPartitionStore
{
    /// <summary>How long a member may take for a read before another one is asked.</summary>
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public async ValueTask<RangeResponse> RangeAsync(RangeRequest request) => PartitionCallCodec.Decode(
        await CallAsync(PartitionCallCodec.Encode(PartitionCallKind.Range, request), isRead: true), RangeResponse.Parser);

    /// <inheritdoc/>
    public async ValueTask<PutResponse> PutAsync(PutRequest request) => PartitionCallCodec.Decode(
        await CallAsync(PartitionCallCodec.Encode(PartitionCallKind.Put, request), isRead: false), PutResponse.Parser);

    /// <inheritdoc/>
    public async ValueTask<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request) => PartitionCallCodec.Decode(
        await CallAsync(PartitionCallCodec.Encode(PartitionCallKind.DeleteRange, request), isRead: false), DeleteRangeResponse.Parser);

    /// <inheritdoc/>
    public async ValueTask<TxnResponse> TxnAsync(TxnRequest request) => PartitionCallCodec.Decode(
        await CallAsync(PartitionCallCodec.Encode(PartitionCallKind.Txn, request), isRead: false), TxnResponse.Parser);

    /// <inheritdoc/>
    public async ValueTask<CommandOutcome> ApplyAsync(Command command)
    {
        var encoded = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, encoded);
        return PartitionCallCodec.DecodeOutcome(
            await CallAsync(PartitionCallCodec.Encode(PartitionCallKind.Command, encoded.WrittenSpan), isRead: false));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ByteString>> ReadLeaseKeysAsync(long lease)
    {
        byte[] id = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(id, lease);
        var answer = await CallAsync(PartitionCallCodec.Encode(PartitionCallKind.LeaseKeys, id), isRead: true);
        return PartitionCallCodec.Decode(answer, LeaseTimeToLiveResponse.Parser).Keys;
    }

    /// <inheritdoc/>
    public async ValueTask<MoveProgress> ReadProgressAsync() => PartitionCallCodec.DecodeProgress(
        await CallAsync(PartitionCallCodec.Encode(PartitionCallKind.MoveProgress, []), isRead: true));

    private static bool SaysNoReplica(ReadOnlyMemory<byte> answer) =>
        answer.Span.SequenceEqual(PartitionCallCodec.Answer(EtcdErrors.NoReplica));

    private async Task<ReadOnlyMemory<byte>> CallAsync(byte[] request, bool isRead)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            foreach (ulong member in entry.Replicas)
            {
                TimeSpan left = options.RequestTimeout - time.GetElapsedTime(began);
                var result = await CallAsync(member, request, isRead && left > ReadPatience ? ReadPatience : left);
                if (result.End == PartitionCallEnd.Answered && !SaysNoReplica(result.Answer))
                {
                    return result.Answer;
                }

                if (result.End == PartitionCallEnd.Unknown && !isRead)
                {
                    throw EtcdErrors.Refuse(EtcdErrors.TimedOut);
                }
            }

            if (time.GetElapsedTime(began) + RetryDelay > options.RequestTimeout)
            {
                throw EtcdErrors.Refuse(EtcdErrors.NoReplica);
            }

            // Until one of them is reached again, or has begun its replica.
            await Task.Delay(RetryDelay, time);
        }
    }

    private async Task<PartitionCallResult> CallAsync(ulong member, byte[] request, TimeSpan patience)
    {
        if (patience <= TimeSpan.Zero)
        {
            return new PartitionCallResult(PartitionCallEnd.NotTaken, default);
        }

        using var enough = new CancellationTokenSource(patience, time);
        try
        {
            return await network.CallAsync(member, entry.Id, request, enough.Token);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            return new PartitionCallResult(PartitionCallEnd.Unknown, default);
        }
    }
}
