using System.Buffers.Binary;
using System.Globalization;
using Coordination.Replication;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>Asks the replicas of this member at once, and those of others over the members' streams.</summary>
internal sealed class PeerMemberReplicas(
    LocalReplicas local, PeerReplicas network, NodeIdentity identity, EtcdServiceOptions options, TimeProvider time) : IMemberReplicas
{
    /// <summary>How long another member may take to say how it is; longer, and it is taken for silent.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<ReplicaPicture> GetReportAsync(uint partition, ulong member)
    {
        if (member == identity.MemberId)
        {
            return local.FindReport(partition) ?? throw Unreachable(member, "it runs no replica of the partition", null);
        }

        byte[] request = PartitionCallCodec.Encode(PartitionCallKind.Report, []);
        return await AskAsync(partition, member, request, PartitionCallCodec.DecodeReport, AnswerTimeout).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<LeadershipTransferEnd> TransferLeadershipAsync(uint partition, ulong leader, ulong target)
    {
        if (leader == identity.MemberId)
        {
            return await local.TransferLeadershipAsync(partition, target).ConfigureAwait(false);
        }

        // The move takes its time, and one who is silent should not have as much.
        await GetReportAsync(partition, leader).ConfigureAwait(false);
        byte[] payload = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, target);
        return await AskAsync(
            partition, leader, PartitionCallCodec.Encode(PartitionCallKind.TransferLeadership, payload), PartitionCallCodec.DecodeTransfer,
            (2 * options.ElectionTimeout) + AnswerTimeout).ConfigureAwait(false);
    }

    private async Task<T> AskAsync<T>(
        uint partition, ulong member, byte[] request, Func<ReadOnlyMemory<byte>, T> decode, TimeSpan timeout)
    {
        using var enough = new CancellationTokenSource(timeout, time);
        try
        {
            var result = await network.CallAsync(member, partition, request, enough.Token).ConfigureAwait(false);
            return result.End == PartitionCallEnd.Answered
                ? decode(result.Answer)
                : throw Unreachable(member, "it cannot be reached", null);
        }
        catch (OperationCanceledException silence)
        {
            string reason = string.Create(CultureInfo.InvariantCulture, $"it gave no answer within {timeout.TotalSeconds:0.#} s");
            throw Unreachable(member, reason, silence);
        }
        catch (RpcException refusal)
        {
            string reason = EtcdErrors.Is(refusal, EtcdErrors.NoReplica) ? "it runs no replica of the partition" : refusal.Status.Detail;
            throw Unreachable(member, reason, refusal);
        }
        catch (FormatException senseless)
        {
            throw Unreachable(member, "its answer makes no sense", senseless);
        }
    }

    private static MemberUnreachableException Unreachable(ulong member, string reason, Exception? cause)
    {
        string message = $"member {PartitionRefusals.NameOf(member)}: {reason}";
        return cause is null ? new MemberUnreachableException(message) : new MemberUnreachableException(message, cause);
    }
}
