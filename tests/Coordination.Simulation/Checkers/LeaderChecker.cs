using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// Who may lead: one leader a term, elected by durable votes of a majority, whose log holds everything committed in earlier terms
/// (Raft paper, sections 5.2 and 5.4).
/// </summary>
internal sealed class LeaderChecker(CanonicalLog canonical, VoteChecker votes)
{
    private readonly Dictionary<Term, ReplicaId> _leaders = [];

    /// <summary>The leader of a term as far as one was seen, or none.</summary>
    public ReplicaId LeaderOf(Term term) => _leaders.GetValueOrDefault(term);

    /// <summary>
    /// Checks a replica that became leader of <paramref name="term"/> under <paramref name="membership"/>, or under
    /// <paramref name="earlier"/> where it may have changed since.
    /// </summary>
    public void OnLeader(ReplicaRecord replica, Term term, Membership membership, Membership? earlier = null)
    {
        if (!_leaders.TryAdd(term, replica.Id) && _leaders[term] != replica.Id)
        {
            throw new ViolationException(Rules.OneLeaderPerTerm, $"{replica} and #{_leaders[term]} both lead in term {term}.");
        }

        if (!HasVotes(replica, term, membership) && (earlier is null || !HasVotes(replica, term, earlier)))
        {
            throw new ViolationException(
                Rules.ElectionQuorum, $"{replica} leads in term {term} without durable votes of a majority of {membership}.");
        }

        var required = canonical.LastCommittedBefore(term);
        if (required <= replica.Log.BaseIndex)
        {
            return;
        }

        if (!replica.Log.TryGet(required, out var entry) || entry.Chain != canonical.ChainAt(required))
        {
            throw new ViolationException(
                Rules.LeaderCompleteness,
                $"{replica} leads in term {term}, but its log (last {replica.Log.LastIndex}) lacks "
                + $"{required}@{canonical[required].Entry.Term}, committed in term {canonical[required].CommitTerm}.");
        }
    }

    private bool HasVotes(ReplicaRecord replica, Term term, Membership membership) =>
        Quorum.Has(membership, (votes, term, replica.Id), static (voter, a) => a.votes.VoteOf(voter, a.term) == a.Id);

    /// <summary>Checks that what only a leader may send comes from the leader of the message's term.</summary>
    public void OnLeaderMessage(ReplicaRecord replica, Message message)
    {
        if (LeaderOf(message.Term) != replica.Id)
        {
            throw new ViolationException(
                Rules.OneLeaderPerTerm,
                $"{replica} sends {message.Kind} of term {message.Term}, whose leader is #{LeaderOf(message.Term)}.");
        }
    }
}
