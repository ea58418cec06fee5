using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// What may be committed: the leader's own term on the disks of a majority of voters (Raft paper, section 5.4.2), and nowhere
/// anything but the canonical history.
/// </summary>
internal sealed class CommitChecker(CanonicalLog canonical, ReplicaDirectory directory)
{
    /// <summary>Checks that a replica's commit index moved from where it was to <paramref name="commit"/>; extends the history.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="leads">Whether it leads in the term, or did until this step.</param>
    /// <param name="term">Its term.</param>
    /// <param name="membership">Its membership.</param>
    /// <param name="commit">Its new commit index.</param>
    /// <param name="earlier">The membership before, if it may have committed under that.</param>
    public void OnCommit(
        ReplicaRecord replica, bool leads, Term term, Membership membership, LogIndex commit, Membership? earlier = null)
    {
        var known = LogIndex.Min(commit, canonical.LastIndex);
        if (known > replica.Log.BaseIndex
            && (!replica.Log.TryGet(known, out var entry) || entry.Chain != canonical.ChainAt(known)))
        {
            throw new ViolationException(
                Rules.StateMachineSafety,
                $"{replica} commits {known}, where its log (last {replica.Log.LastIndex}) differs from the committed history.");
        }

        if (commit > canonical.LastIndex)
        {
            CheckNewCommit(replica, leads, term, membership, commit, earlier);
            Extend(replica, term, commit);
        }
    }

    private void CheckNewCommit(
        ReplicaRecord replica, bool leads, Term term, Membership membership, LogIndex commit, Membership? earlier)
    {
        if (!leads)
        {
            throw new ViolationException(
                Rules.CommitQuorum,
                $"{replica} does not lead and commits {commit}, but leaders committed only up to {canonical.LastIndex}.");
        }

        if (!replica.Log.TryGet(commit, out var entry))
        {
            throw new ViolationException(Rules.CommitQuorum, $"{replica} commits {commit}, beyond its last entry {replica.Log.LastIndex}.");
        }

        if (entry.Term != term)
        {
            throw new ViolationException(
                Rules.CommitQuorum, $"{replica} leads in term {term} and commits {commit}@{entry.Term} by counting replicas.");
        }

        if (!IsHeld(membership, commit, entry.Chain) && (earlier is null || !IsHeld(earlier, commit, entry.Chain)))
        {
            throw new ViolationException(
                Rules.CommitQuorum, $"{replica} commits {commit}@{entry.Term}, which is not on the disks of a majority of {membership}.");
        }
    }

    private void Extend(ReplicaRecord replica, Term term, LogIndex commit)
    {
        while (canonical.LastIndex < commit)
        {
            var next = canonical.LastIndex.Next();
            if (!replica.Log.TryGet(next, out var entry) || entry.Entry is null)
            {
                throw new ViolationException(
                    Rules.CommitQuorum,
                    $"{replica} commits {commit}, but its log begins after {replica.Log.BaseIndex}, beyond what was committed.");
            }

            canonical.Add(entry.Entry, entry.Chain, term);
        }
    }

    private bool IsHeld(Membership membership, LogIndex commit, ulong chain) => Quorum.Has(
        membership, (directory, commit, chain), static (voter, a) => IsDurable(a.directory, voter, a.commit, a.chain));

    private static bool IsDurable(ReplicaDirectory directory, ReplicaId voter, LogIndex index, ulong chain)
    {
        var record = directory.Find(voter);
        return record is not null
            && (record.Durable.BaseIndex > index || (record.Durable.TryGet(index, out var entry) && entry.Chain == chain));
    }
}
