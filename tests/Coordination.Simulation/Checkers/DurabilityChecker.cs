using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// What a replica tells others, or hands to its state machine, is on its own disk: an answer to an append leaves only after the entries
/// are durable, and only durable entries are applied.
/// </summary>
internal static class DurabilityChecker
{
    /// <summary>
    /// Checks an answer that is about to be sent. One of an earlier term, which a new leader's entries overtook while it waited for the
    /// disk, may speak of entries that are replaced by now: whoever elected the new leader did not have them, so that they cannot have
    /// been, and will not be, on a majority of disks.
    /// </summary>
    public static void OnAccepted(ReplicaRecord replica, AppendAccepted answer)
    {
        if (answer.Term == replica.Term && !IsDurable(replica, answer.MatchIndex))
        {
            throw new ViolationException(
                Rules.DurableClaim,
                $"{replica} accepts up to {answer.MatchIndex} in term {answer.Term}, but its disk holds only up to "
                + $"{replica.Durable.LastIndex}.");
        }
    }

    /// <summary>
    /// Checks a request for votes that is about to be sent: who could forget that it stood might stand again in the same term with a
    /// shorter log, and win with votes for the longer one. Who has moved on meanwhile may have had the log replaced by the winner.
    /// </summary>
    public static void OnVoteRequest(ReplicaRecord replica, VoteRequest request)
    {
        var state = replica.DurableHardState;
        bool hasMovedOn = replica.Term > request.Term || (replica.Term == request.Term && replica.Role != ReplicaRole.Candidate);
        if (hasMovedOn)
        {
            return;
        }

        bool isVoteDurable = state.Term == request.Term && state.Vote == replica.Id;
        if (!isVoteDurable || replica.Durable.LastIndex != request.LastIndex || replica.Durable.Last.Term != request.LastTerm)
        {
            throw new ViolationException(
                Rules.DurableClaim,
                $"{replica} stands in term {request.Term} with a log up to {request.LastIndex}@{request.LastTerm}, but its disk holds "
                + $"{state} and a log up to {replica.Durable.LastIndex}@{replica.Durable.Last.Term}.");
        }
    }

    /// <summary>Checks an entry that is handed to the state machine.</summary>
    public static void OnHandedOut(ReplicaRecord replica, LogIndex index)
    {
        if (!IsDurable(replica, index))
        {
            throw new ViolationException(
                Rules.DurableClaim, $"{replica} hands out {index} to apply, but its disk holds only up to {replica.Durable.LastIndex}.");
        }
    }

    private static bool IsDurable(ReplicaRecord replica, LogIndex index)
    {
        if (index <= replica.Durable.BaseIndex)
        {
            return true;
        }

        return replica.Durable.TryGet(index, out var durable)
            && (index <= replica.Log.BaseIndex || (replica.Log.TryGet(index, out var current) && current.Chain == durable.Chain));
    }
}
