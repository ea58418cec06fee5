using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>How a proposal ended.</summary>
public enum ProposalEnd
{
    /// <summary>It is committed, and applied here: <see cref="ProposalOutcome.Result"/> says what came of it.</summary>
    Applied,

    /// <summary>Another replica leads; nothing happened.</summary>
    NotLeader,

    /// <summary>Applying is too far behind committing, or too much waits already; nothing happened.</summary>
    TooManyRequests,

    /// <summary>A membership change contradicts the members as they are, or leaves no voter; nothing happened.</summary>
    Refused,

    /// <summary>A member that is to vote has not caught up; nothing happened.</summary>
    NotCaughtUp,

    /// <summary>Another leader replaced the entry; nothing happened and nothing will.</summary>
    Superseded,

    /// <summary>No end was seen in time: it may have happened, or happen later.</summary>
    TimedOut,

    /// <summary>The replica stopped: if the proposal was under way, it may have happened.</summary>
    Stopped,
}

/// <summary>What became of a proposal.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Result">When applied: the state machine's answer, which may be a refusal.</param>
/// <param name="Term">The replica's term at that moment.</param>
public readonly record struct ProposalOutcome(ProposalEnd End, ApplyResult Result, ulong Term);
