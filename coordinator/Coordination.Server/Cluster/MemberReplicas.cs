using System.Diagnostics.CodeAnalysis;
using Coordination.Silo;
using Orleans.Runtime;
using SiloUnavailableException = Coordination.Silo.SiloUnavailableException;

namespace Coordination.Server;

/// <summary>
/// Asks replicas wherever they are: those of this member at once, those of others through the silos, and no longer than is said here,
/// whatever state a member is in. From any thread.
/// </summary>
internal sealed class MemberReplicas(NodeSilo silo, TimeSpan electionTimeout, TimeProvider time) : IMemberReplicas
{
    /// <summary>How long another member may take to say how it is; longer, and it is taken for silent.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<ReplicaReport> GetReportAsync(ReplicaAddress address) => address.Member == silo.Hosting.MemberId
        ? await AskAsync(address, () => Task.FromResult(silo.Hosting.GetReport(address.Partition)), AnswerTimeout)
        : await AskAsync(address, static grain => grain.GetReportAsync(CancellationToken.None), AnswerTimeout);

    /// <inheritdoc/>
    public async Task<LeadershipMove> TransferLeadershipAsync(ReplicaAddress leader, ulong target)
    {
        TimeSpan timeout = (2 * electionTimeout) + AnswerTimeout;
        if (leader.Member == silo.Hosting.MemberId)
        {
            return await AskAsync(
                leader, () => silo.Hosting.TransferLeadershipAsync(leader.Partition, target, CancellationToken.None), timeout);
        }

        // The move takes its time, and one who is silent should not have as much.
        await GetReportAsync(leader);
        return await AskAsync(leader, grain => grain.TransferLeadershipAsync(target, CancellationToken.None), timeout);
    }

    private Task<T> AskAsync<T>(ReplicaAddress address, Func<IPartitionReplicaGrain, Task<T>> call, TimeSpan timeout) =>
        AskAsync(address, () => call(silo.GetReplica(address)), timeout);

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types",
        Justification = "Calls fail with what Orleans, the other member or the connection make of it: all of it means no answer.")]
    private async Task<T> AskAsync<T>(ReplicaAddress address, Func<Task<T>> call, TimeSpan timeout)
    {
        try
        {
            return await call().WaitAsync(timeout, time);
        }
        catch (Exception exception)
        {
            string reason = exception switch
            {
                TimeoutException => $"it gave no answer within {timeout.TotalSeconds:0.#} s",
                SiloUnavailableException => "the silo of this node is not active now",
                MemberAbsentException => "its silo is not active",
                PartitionNotHostedException => "it runs no replica of the partition",
                OrleansException => "it cannot be reached",
                _ => $"the call failed: {exception.Message.TrimEnd('.')}",
            };
            throw new MemberUnreachableException($"member {ReplicaAddress.NameOf(address.Member)}: {reason}", exception);
        }
    }
}
