using Coordination.Replication;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// The steps by which the group of a partition comes to have the members that the map wants, done by the member that leads it: who is new
/// learns first, and votes once it has everything; then it and those that leave change places at once, so that the group has as many voters
/// as before at every moment. Each step may be repeated, by this or another member, from wherever the last one stopped. From any thread.
/// </summary>
internal sealed partial class GroupChange(
    PartitionHost host, PartitionRegistry registry, EtcdServiceOptions options, TimeProvider time, ILogger<GroupChange> logger)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>How far a learner may be behind to get a vote: the entries that come while it is given one.</summary>
    private const ulong LagMax = 1000;

    /// <summary>Goes on until the group is as the map says, or somebody else leads it.</summary>
    /// <exception cref="RpcException">Somebody did not answer; to be repeated.</exception>
    public async Task RunAsync(uint partition)
    {
        var map = await registry.ReadAsync().ConfigureAwait(false);
        if (map.Find(partition) is not { IsChanging: true } entry || host.Find(partition) is not { } replica)
        {
            return;
        }

        var members = replica.GetMembers();
        ulong[] unknown = [.. entry.Replicas.Except(members.Voters).Except(members.Learners)];
        if (unknown.Length > 0)
        {
            LogLearners(partition, Names(unknown));
            if (!await ChangeAsync(replica, new MembersChange { AddLearners = unknown }).ConfigureAwait(false))
            {
                return;
            }
        }

        if (!await AwaitLearnersAsync(replica, entry).ConfigureAwait(false))
        {
            return;
        }

        // When nothing is left to do, that is confirmed through the log: this leader's time may be over, and so may what it knows.
        members = replica.GetMembers();
        var rest = new MembersChange
        {
            Promote = [.. entry.Replicas.Except(members.Voters)],
            Remove = [.. members.Voters.Concat(members.Learners).Except(entry.Replicas)],
        };
        bool isConfirmed = await ChangeAsync(replica, rest).ConfigureAwait(false);
        if (isConfirmed && IsDone(replica.GetMembers(), entry) && await registry.ReplaceAsync(
            partition, current => current.IsChanging && current.Replicas.Order().SequenceEqual(entry.Replicas.Order())
                ? current.WithGroupChanged()
                : null).ConfigureAwait(false))
        {
            LogChanged(partition, Names(entry.Replicas));
        }
    }

    private static bool IsDone(ReplicaMembers members, PartitionEntry entry) =>
        members is { IsCommitted: true, IsJoint: false, Learners: [] } && members.Voters.Order().SequenceEqual(entry.Replicas.Order());

    private static string Names(IEnumerable<ulong> members) => string.Join(", ", members.Order().Select(PartitionRefusals.NameOf));

    /// <summary>False when it is to be looked again: at who leads, how far learners are, or what somebody else has begun.</summary>
    private async Task<bool> ChangeAsync(PartitionReplica replica, MembersChange change)
    {
        var end = await replica.ChangeMembersAsync(change, CancellationToken.None).ConfigureAwait(false);
        if (end != ProposalEnd.Applied)
        {
            LogPostponed(replica.Partition, end);
        }

        return end == ProposalEnd.Applied;
    }

    /// <summary>False when they take so long that it is better to look again who leads and what is wanted.</summary>
    private async Task<bool> AwaitLearnersAsync(PartitionReplica replica, PartitionEntry entry)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            var members = replica.GetMembers();
            if (!replica.IsLeader || time.GetElapsedTime(began) > options.RequestTimeout)
            {
                return false;
            }

            if (entry.Replicas.All(member => members.Voters.Contains(member) || HasCaughtUp(members, member)))
            {
                return true;
            }

            await Task.Delay(LookInterval, time).ConfigureAwait(false);
        }
    }

    private static bool HasCaughtUp(ReplicaMembers members, ulong member) => members.Progress.Any(progress =>
        progress.Member == member && progress is { IsRecentlyActive: true, MatchIndex: > 0 }
        && progress.MatchIndex + LagMax >= members.CommitIndex);

    [LoggerMessage(3043, LogLevel.Information, "partition {Partition}: {Members} begin to learn it")]
    private partial void LogLearners(uint partition, string members);

    [LoggerMessage(3046, LogLevel.Debug, "partition {Partition}: a change of its group is to be tried again ({End})")]
    private partial void LogPostponed(uint partition, ProposalEnd end);

    [LoggerMessage(3044, LogLevel.Information, "partition {Partition}: its group is {Members} from now on")]
    private partial void LogChanged(uint partition, string members);
}
