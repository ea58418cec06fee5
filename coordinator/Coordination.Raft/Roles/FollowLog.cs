namespace Coordination.Raft;

/// <summary>How a follower's log follows the leader's: takes appends and snapshots, and answers them. Has no state of its own.</summary>
internal sealed class FollowLog(RaftCore core)
{
    private RaftLog Log => core.Log;

    /// <summary>Takes the entries of an append, or says from where on the logs differ (Raft paper, figure 2, AppendEntries).</summary>
    public void Append(AppendRequest request)
    {
        if (request.PreviousIndex < Log.BaseIndex || request.LastIndex <= Log.Committed)
        {
            // Everything committed agrees with every later leader, so an old request needs no look at its entries.
            Accept(request.From, Log.Committed);
            return;
        }

        if (!Log.Matches(request.PreviousIndex, request.PreviousTerm))
        {
            Reject(request);
            return;
        }

        CheckContiguous(request);
        var effect = Log.AppendFromLeader(request.Entries.Span);
        if ((effect & AppendEffect.Truncated) != 0)
        {
            core.Report(RaftEventKind.LogTruncated, request.PreviousIndex.Next());
        }

        if ((effect & AppendEffect.MembershipChanged) != 0)
        {
            core.MembershipChanged();
        }

        Log.CommitTo(LogIndex.Max(Log.Committed, LogIndex.Min(request.Commit, request.LastIndex)));
        Accept(request.From, request.LastIndex);
    }

    /// <summary>Puts a snapshot in the place of the log, unless the log already has what is in it.</summary>
    public void Install(InstallSnapshot install)
    {
        var snapshot = install.Snapshot;
        if (snapshot.Index <= Log.Committed)
        {
            Accept(install.From, Log.Committed);
            return;
        }

        if (Log.Matches(snapshot.Index, snapshot.Term))
        {
            // The log has every entry of the snapshot, and the snapshot proves them committed: keep the log.
            Log.CommitTo(snapshot.Index);
            Accept(install.From, snapshot.Index);
            return;
        }

        Log.Restore(snapshot);
        core.Report(RaftEventKind.SnapshotAccepted, snapshot.Index);
        core.MembershipChanged();
        Accept(install.From, snapshot.Index);
    }

    private static void CheckContiguous(AppendRequest request)
    {
        var index = request.PreviousIndex;
        var term = request.PreviousTerm;
        foreach (var entry in request.Entries.Span)
        {
            Invariant.Check(
                entry.Index == index.Next() && entry.Term >= term && entry.Term <= request.Term,
                $"The leader {request.From} of term {request.Term} sent entry {entry} after {index}@{term}.");
            index = entry.Index;
            term = entry.Term;
        }
    }

    private void Accept(ReplicaId leader, LogIndex match) =>
        core.SendWhenDurable(new AppendAccepted(core.Id, leader, core.Term, match));

    private void Reject(AppendRequest request)
    {
        var hint = Log.FindAgreement(request.PreviousIndex, request.PreviousTerm);
        core.Send(new AppendRejected(core.Id, request.From, core.Term, request.PreviousIndex, hint, Log.FindTerm(hint) ?? Term.None));
    }
}
