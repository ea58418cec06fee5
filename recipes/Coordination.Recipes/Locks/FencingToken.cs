namespace Coordination.Recipes;

/// <summary>
/// A number that grows with every holder of one lock, and with every leader of one election: the revision that created the holder's key.
/// Hand it to the resource that the lock protects, and let the resource refuse a number below the largest that it has seen: a holder that
/// was paused until after its lease had expired then does no harm, however late its request comes. Numbers of different locks say nothing
/// about one another.
/// </summary>
/// <param name="Value">The number; above 0.</param>
public readonly record struct FencingToken(long Value) : IComparable<FencingToken>
{
    /// <summary>True when the left holder came before the right one.</summary>
    /// <param name="left">One token.</param>
    /// <param name="right">The other, of the same lock.</param>
    public static bool operator <(FencingToken left, FencingToken right) => left.Value < right.Value;

    /// <summary>True when the left holder came after the right one.</summary>
    /// <param name="left">One token.</param>
    /// <param name="right">The other, of the same lock.</param>
    public static bool operator >(FencingToken left, FencingToken right) => left.Value > right.Value;

    /// <summary>True when the left holder is the right one, or came before it.</summary>
    /// <param name="left">One token.</param>
    /// <param name="right">The other, of the same lock.</param>
    public static bool operator <=(FencingToken left, FencingToken right) => left.Value <= right.Value;

    /// <summary>True when the left holder is the right one, or came after it.</summary>
    /// <param name="left">One token.</param>
    /// <param name="right">The other, of the same lock.</param>
    public static bool operator >=(FencingToken left, FencingToken right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(FencingToken other) => Value.CompareTo(other.Value);
}
