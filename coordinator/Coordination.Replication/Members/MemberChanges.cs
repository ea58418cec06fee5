using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>
/// The membership changes of one replica, from whoever wants them to their end, and what is known of the members. Changes come from any
/// thread; everything else is done by the replica's loop.
/// </summary>
internal sealed class MemberChanges(RaftNode node, PartitionReplicaOptions options)
{
    private readonly List<Change> _waiting = [];
    private readonly int _timeoutTicks = (int)Math.Max(1, options.RequestTimeout / options.TickInterval);
    private long _tick;
    private bool _isStopped;

    /// <summary>Runs an action in the loop's next pass.</summary>
    public required Action<Action> Call { get; init; }

    /// <summary>The members as everybody may know them.</summary>
    public MembersView View { get; } = new(node, options.ElectionTimeoutTicks);

    /// <summary>How many changes wait for their end.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Proposes a change, if this replica leads, and waits until it is committed and a joint membership has been left.</summary>
    public Task<ProposalEnd> ChangeAsync(MembersChange wanted)
    {
        var end = new TaskCompletionSource<ProposalEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        Call(() => Propose(wanted, end));
        return end.Task;
    }

    /// <summary>Time has passed.</summary>
    public void OnTick(long tick)
    {
        _tick = tick;
        _waiting.RemoveAll(change => change.DeadlineTick <= tick && change.End.TrySetResult(ProposalEnd.TimedOut));
        View.OnTick(tick);
    }

    /// <summary>Entries were applied: ends the changes that they decide.</summary>
    public void Applied(ReadOnlySpan<Entry> entries)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        foreach (var entry in entries)
        {
            _waiting.RemoveAll(change => IsDecided(change, entry));
        }
    }

    /// <summary>The state went over to a snapshot: nobody sees what came of the changes.</summary>
    public void PassOver() => EndAll(ProposalEnd.TimedOut);

    /// <summary>The replica stops.</summary>
    public void Stop()
    {
        _isStopped = true;
        EndAll(ProposalEnd.Stopped);
    }

    private void Propose(MembersChange wanted, TaskCompletionSource<ProposalEnd> end)
    {
        if (_isStopped)
        {
            end.TrySetResult(ProposalEnd.Stopped);
            return;
        }

        if (node.Role != ReplicaRole.Leader)
        {
            end.TrySetResult(ProposalEnd.NotLeader);
            return;
        }

        if (node.Membership.IsJoint || node.MembershipIndex > node.Committed)
        {
            end.TrySetResult(ProposalEnd.TooManyRequests);
            return;
        }

        if (FindObjection(wanted) is { } objection)
        {
            end.TrySetResult(objection);
            return;
        }

        // When nothing is to be changed, that is confirmed through the log: this leader's membership may be of yesterday.
        var result = node.ProposeMembership(new MembershipChange(StepsOf(wanted), Confirms: true));
        switch (result.Status)
        {
            case ProposalStatus.Accepted:
                _waiting.Add(new Change(result.Index, result.Term, _tick + _timeoutTicks, end));
                break;
            case ProposalStatus.InvalidMembershipChange:
                end.TrySetResult(ProposalEnd.Refused);
                break;
            default:
                end.TrySetResult(ProposalEnd.TooManyRequests);
                break;
        }
    }

    /// <summary>
    /// Why the members cannot become what is wanted, or null. A learner has caught up when it holds the entry that the membership comes
    /// from: an earlier replica of its member cannot have acknowledged that. And one of this leader's term: a replica that helps nobody to
    /// lead whose log ends before its own first term (<see cref="RestoredState.Joining(Term)"/>) would otherwise be one of the voters, and
    /// nobody could get its vote.
    /// </summary>
    private ProposalEnd? FindObjection(MembersChange wanted)
    {
        ulong[] named = [.. wanted.AddLearners, .. wanted.Promote, .. wanted.Remove];
        if (named.Distinct().Count() < named.Length || wanted.AddLearners.Any(id => node.Membership.IsVoter(new ReplicaId(id))))
        {
            return ProposalEnd.Refused;
        }

        var status = node.GetStatus();
        var enough = LogIndex.Max(status.TermStart, node.MembershipIndex);
        foreach (var id in wanted.Promote.Select(static id => new ReplicaId(id)).Where(id => !node.Membership.IsVoter(id)))
        {
            if (!node.Membership.IsLearner(id))
            {
                return ProposalEnd.Refused;
            }

            if (status.Peers.First(peer => peer.Id == id).Match < enough)
            {
                return ProposalEnd.NotCaughtUp;
            }
        }

        return null;
    }

    /// <summary>The steps from the membership as it is to the one that is wanted.</summary>
    private MemberChange[] StepsOf(MembersChange wanted) =>
    [
        .. Steps(wanted.AddLearners, MemberChangeKind.AddLearner, id => !node.Membership.IsMember(id)),
        .. Steps(wanted.Promote, MemberChangeKind.AddVoter, id => !node.Membership.IsVoter(id)),
        .. Steps(wanted.Remove, MemberChangeKind.Remove, node.Membership.IsMember),
    ];

    private static IEnumerable<MemberChange> Steps(IReadOnlyList<ulong> ids, MemberChangeKind kind, Func<ReplicaId, bool> isDue) =>
        ids.Select(static id => new ReplicaId(id)).Where(isDue).Select(id => new MemberChange(kind, id));

    /// <summary>
    /// Whether an applied entry ends a change: its own if that is not joint, the one that leaves the joint membership, or another leader's
    /// in its place.
    /// </summary>
    private static bool IsDecided(Change change, Entry entry)
    {
        if (entry.Index < change.Index)
        {
            return false;
        }

        if (entry.Index == change.Index && entry.Term != change.Term)
        {
            return change.End.TrySetResult(ProposalEnd.Superseded);
        }

        return entry.Kind == EntryKind.Membership
            && !MembershipEntry.Decode(entry.Data).Membership.IsJoint
            && change.End.TrySetResult(ProposalEnd.Applied);
    }

    private void EndAll(ProposalEnd end)
    {
        foreach (var change in _waiting)
        {
            change.End.TrySetResult(end);
        }

        _waiting.Clear();
    }

    private sealed record Change(LogIndex Index, Term Term, long DeadlineTick, TaskCompletionSource<ProposalEnd> End);
}
