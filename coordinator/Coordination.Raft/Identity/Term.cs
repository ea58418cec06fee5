namespace Coordination.Raft;

/// <summary>A Raft term: the logical clock of elections. At most one leader exists in a term (Raft paper, section 5.1).</summary>
/// <param name="Value">The number itself; zero means none.</param>
public readonly record struct Term(ulong Value) : IComparable<Term>
{
    /// <summary>No term: the value that is never assigned.</summary>
    public static readonly Term None;

    /// <summary>Whether this is a real term and not <see cref="None"/>.</summary>
    public bool IsSome => Value != 0;

    /// <summary>The term after this one.</summary>
    public Term Next() => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(Term other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Orders by number.</summary>
    public static bool operator <(Term left, Term right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(Term left, Term right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(Term left, Term right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(Term left, Term right) => left.Value >= right.Value;
}
