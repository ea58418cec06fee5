namespace Coordination.Raft;

/// <summary>
/// Feeds the members: what to send to whom, and what their answers mean. One append is under way to a member that is probed, a window of
/// them to one whose log is known to agree, none to one that waits for a snapshot.
/// </summary>
internal sealed class Replicator(RaftCore core, ProgressTracker tracker)
{
    /// <summary>Whether <see cref="SendAppends"/> has anything to send.</summary>
    public bool HasWork
    {
        get
        {
            foreach (var member in tracker.Members)
            {
                if (NeedsAppend(member))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Sends every member what it may get now.</summary>
    public void SendAppends()
    {
        foreach (var member in tracker.Members)
        {
            while (NeedsAppend(member))
            {
                if (member.Next <= core.Log.BaseIndex)
                {
                    member.BecomeSnapshot();
                    core.WantSnapshot(member.Id);
                }
                else
                {
                    SendAppend(member);
                }
            }
        }
    }

    /// <summary>The member holds more. Returns whether that may change what is committed.</summary>
    public bool Accepted(PeerProgress member, AppendAccepted accepted)
    {
        Invariant.Check(
            accepted.MatchIndex <= core.Log.LastIndex,
            $"Member {member.Id} says that it agrees up to {accepted.MatchIndex}, but the leader's log ends at {core.Log.LastIndex}.");
        bool isNews = member.Accept(accepted.MatchIndex);
        bool isAgreed = member.State == ProgressState.Probe && member.Match == accepted.MatchIndex;
        bool isPastSnapshot = member.State == ProgressState.Snapshot
            && (member.Match >= core.Log.BaseIndex || member.Match >= member.Snapshot?.Index);
        if (isAgreed || isPastSnapshot)
        {
            member.BecomeReplicate();
        }

        return isNews;
    }

    /// <summary>The logs differ at the place that was tried: tries earlier, a whole term at a time.</summary>
    public void Rejected(PeerProgress member, AppendRejected rejected)
    {
        var agreement = core.Log.FindAgreement(rejected.HintIndex, rejected.HintTerm);
        member.Reject(rejected.PreviousIndex, agreement);
    }

    /// <summary>
    /// The member lives. If it streams and everything was sent but not everything is acknowledged, the last append may be lost: an empty
    /// one behind the end finds out.
    /// </summary>
    public void AnsweredHeartbeat(PeerProgress member, ulong round)
    {
        member.AnsweredHeartbeat(round);
        bool allSent = member.State == ProgressState.Replicate && member.Next > core.Log.LastIndex;
        if (allSent && member.Match < core.Log.LastIndex && member.CanSend)
        {
            SendAppend(member);
        }
    }

    /// <summary>The owner has a snapshot for the member.</summary>
    public void SendSnapshot(ReplicaId peer, SnapshotMetadata snapshot)
    {
        if (tracker.Find(peer) is not { State: ProgressState.Snapshot } member)
        {
            return;
        }

        Invariant.Check(
            snapshot.Index <= core.Log.Committed, $"A snapshot at {snapshot.Index} is ahead of what is committed, {core.Log.Committed}.");
        member.SnapshotSent(snapshot);
        core.Send(new InstallSnapshot(core.Id, peer, core.Term, snapshot));
    }

    /// <summary>
    /// The snapshot arrived. Whether the member still has it shows when an append behind it is accepted or refused: it may have crashed
    /// before it was on its disk.
    /// </summary>
    public void SnapshotDelivered(ReplicaId peer, LogIndex index)
    {
        if (tracker.Find(peer) is { State: ProgressState.Snapshot, Snapshot: { } snapshot } member && snapshot.Index == index)
        {
            member.BecomeProbe(index.Next());
        }
    }

    /// <summary>The snapshot did not arrive.</summary>
    public void SnapshotFailed(ReplicaId peer)
    {
        if (tracker.Find(peer) is { State: ProgressState.Snapshot } member)
        {
            member.BecomeProbe(member.Match.Next());
        }
    }

    /// <summary>Messages to the member got lost.</summary>
    public void Unreachable(ReplicaId peer)
    {
        if (peer != core.Id && tracker.Find(peer) is { State: ProgressState.Replicate } member)
        {
            member.BecomeProbe(member.Match.Next());
        }
    }

    private bool NeedsAppend(PeerProgress member) =>
        member.Id != core.Id
        && member.CanSend
        && (member.State == ProgressState.Probe
            || member.Next <= core.Log.LastIndex
            || member.CommitSent < core.Log.Committed);

    private void SendAppend(PeerProgress member)
    {
        var previous = member.Next.Previous();
        var entries = core.Log.Slice(member.Next, core.Log.LastIndex, core.Options.MaxAppendBytes, int.MaxValue);
        long bytes = 0;
        foreach (var entry in entries.Span)
        {
            bytes += entry.SizeBytes;
        }

        var request = new AppendRequest(
            core.Id, member.Id, core.Term, previous, core.Log.TermAt(previous), entries, core.Log.Committed);
        member.CommitSent = core.Log.Committed;
        member.Sent(request.LastIndex, bytes);
        core.Send(request);
    }
}
