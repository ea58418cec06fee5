namespace Coordination.Replication;

/// <summary>How a call of another member ended.</summary>
public enum PartitionCallEnd
{
    /// <summary>There is an answer.</summary>
    Answered,

    /// <summary>Nothing was done: the member was not reached, or answers no calls yet. It may be repeated.</summary>
    NotTaken,

    /// <summary>The connection broke: whether anything was done is unknown.</summary>
    Unknown,
}

/// <summary>What came of a call of another member.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Answer">The answer, if there is one.</param>
public readonly record struct PartitionCallResult(PartitionCallEnd End, ReadOnlyMemory<byte> Answer);
