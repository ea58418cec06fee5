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

/// <summary>The leader's answer to commands that were handed to it together.</summary>
/// <param name="End">What became of the commands after the first <paramref name="Count"/>.</param>
/// <param name="Index">The position of the first one in the leader's log; the others follow without gaps.</param>
/// <param name="Term">Their term: an entry of another one at its position means that the command was lost.</param>
/// <param name="Count">How many of the commands, from the first on, are in the leader's log.</param>
public readonly record struct ForwardPosition(ForwardEnd End, ulong Index = 0, ulong Term = 0, int Count = 0)
{
    /// <summary>The answer about one of the commands alone.</summary>
    internal ForwardPosition Of(int command) => command < Count
        ? new ForwardPosition(ForwardEnd.Appended, Index + (ulong)command, Term, 1)
        : new ForwardPosition(End == ForwardEnd.Appended ? ForwardEnd.Unknown : End, 0, Term);
}
