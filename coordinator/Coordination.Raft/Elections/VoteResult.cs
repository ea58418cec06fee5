namespace Coordination.Raft;

/// <summary>How a vote stands.</summary>
internal enum VoteResult
{
    /// <summary>Undecided.</summary>
    Pending,

    /// <summary>A majority (of both sets of voters, when joint) granted it.</summary>
    Won,

    /// <summary>A majority can no longer be reached.</summary>
    Lost,
}
