using System.Runtime.InteropServices;
using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// A replica votes for at most one candidate a term, across restarts, and a vote that is told to anyone is on its disk (Raft paper,
/// figure 2: term and vote are updated on stable storage before responding).
/// </summary>
internal sealed class VoteChecker
{
    private readonly Dictionary<(Term Term, ReplicaId Voter), ReplicaId> _votes = [];

    /// <summary>Whom a replica voted for in a term, durably; or none.</summary>
    public ReplicaId VoteOf(ReplicaId voter, Term term) => _votes.GetValueOrDefault((term, voter));

    /// <summary>Notes a hard state that became durable.</summary>
    public void OnDurable(ReplicaRecord replica, HardState state)
    {
        if (state.Vote.IsSome)
        {
            Note(replica, state.Term, state.Vote);
        }
    }

    /// <summary>Checks a vote that is about to be sent.</summary>
    public void OnGranted(ReplicaRecord replica, VoteResponse response)
    {
        var durable = replica.DurableHardState;
        bool isDurable = durable.Term > response.Term || (durable.Term == response.Term && durable.Vote == response.To);
        if (!isDurable)
        {
            throw new ViolationException(
                Rules.DurableClaim,
                $"{replica} grants #{response.To} its vote in term {response.Term}, but its disk holds term "
                + $"{durable.Term}, vote {durable.Vote}.");
        }

        Note(replica, response.Term, response.To);
    }

    private void Note(ReplicaRecord replica, Term term, ReplicaId candidate)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_votes, (term, replica.Id), out bool exists);
        if (!exists)
        {
            known = candidate;
        }
        else if (known != candidate)
        {
            throw new ViolationException(
                Rules.OneVotePerTerm, $"{replica} votes in term {term} for #{candidate} after it voted for #{known}.");
        }
    }
}
