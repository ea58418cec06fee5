namespace Coordination.Replication;

/// <summary>What became of a command that was handed to a leader.</summary>
public enum ForwardEnd
{
    /// <summary>It was not sent, or the other member does not lead: nothing happened.</summary>
    NotTaken = 0,

    /// <summary>The leader has too much to do already; nothing happened.</summary>
    TooManyRequests,

    /// <summary>It is in the leader's log.</summary>
    Appended,

    /// <summary>It was sent, and no answer came: it may be in the leader's log.</summary>
    Unknown,
}

/// <summary>The leader's answer to a command.</summary>
/// <param name="End">What became of it.</param>
/// <param name="Index">When appended: its position in the log.</param>
/// <param name="Term">When appended: the leader's term. An entry of another term at that position is not this command.</param>
public readonly record struct ForwardPosition(ForwardEnd End, ulong Index, ulong Term);
