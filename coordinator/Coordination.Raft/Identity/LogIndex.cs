namespace Coordination.Raft;

/// <summary>The position of an entry in the replicated log. The first entry has index 1; zero is the place before it.</summary>
/// <param name="Value">The number itself; zero means none.</param>
public readonly record struct LogIndex(ulong Value) : IComparable<LogIndex>
{
    /// <summary>No index: the value that is never assigned.</summary>
    public static readonly LogIndex None;

    /// <summary>Whether this is a real index and not <see cref="None"/>.</summary>
    public bool IsSome => Value != 0;

    /// <summary>The position after this one.</summary>
    public LogIndex Next() => new(Value + 1);

    /// <summary>The position before this one, or <see cref="None"/> when this is already it.</summary>
    public LogIndex Previous() => new(Value == 0 ? 0 : Value - 1);

    /// <summary>The smaller of two positions.</summary>
    public static LogIndex Min(LogIndex left, LogIndex right) => left.Value <= right.Value ? left : right;

    /// <summary>The larger of two positions.</summary>
    public static LogIndex Max(LogIndex left, LogIndex right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(LogIndex other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The position <paramref name="count"/> places further.</summary>
    public static LogIndex operator +(LogIndex index, int count) => new(index.Value + (ulong)count);

    /// <summary>How many places <paramref name="left"/> lies after <paramref name="right"/>; negative when before.</summary>
    public static long operator -(LogIndex left, LogIndex right) => (long)(left.Value - right.Value);

    /// <summary>Orders by number.</summary>
    public static bool operator <(LogIndex left, LogIndex right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(LogIndex left, LogIndex right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(LogIndex left, LogIndex right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(LogIndex left, LogIndex right) => left.Value >= right.Value;
}
