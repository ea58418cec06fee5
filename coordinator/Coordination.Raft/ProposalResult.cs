namespace Coordination.Raft;

/// <summary>What became of a call that wanted something from the leader.</summary>
public enum ProposalStatus
{
    /// <summary>The proposal is in the leader's log. It is committed when an entry of the same index and term is applied.</summary>
    Accepted,

    /// <summary>This replica does not lead; nothing happened.</summary>
    NotLeader,

    /// <summary>Leadership is being handed over; nothing happened.</summary>
    TransferInProgress,

    /// <summary>Too many bytes are uncommitted already (<see cref="RaftOptions.MaxUncommittedBytes"/>); nothing happened.</summary>
    TooManyUncommitted,

    /// <summary>An earlier membership change is not finished, or the leader has not yet committed in its term; nothing happened.</summary>
    MembershipChangePending,

    /// <summary>The change contradicts the membership (see <see cref="MembershipChange"/>); nothing happened.</summary>
    InvalidMembershipChange,

    /// <summary>The target of a leadership transfer is not a voter; nothing happened.</summary>
    InvalidTransferTarget,
}

/// <summary>The immediate answer to a proposal.</summary>
/// <param name="Status">Whether it was accepted.</param>
/// <param name="Index">When accepted: the position of the (last) entry.</param>
/// <param name="Term">When accepted: its term. An entry of another term at that position means that the proposal was lost.</param>
public readonly record struct ProposalResult(ProposalStatus Status, LogIndex Index, Term Term);
