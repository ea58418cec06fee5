namespace Coordination.Raft;

/// <summary>The identity of one member of a Raft group. Never reused: a member that lost its data comes back under a new id.</summary>
/// <param name="Value">The number itself; zero means none.</param>
public readonly record struct ReplicaId(ulong Value) : IComparable<ReplicaId>
{
    /// <summary>No replica: the value that is never assigned.</summary>
    public static readonly ReplicaId None;

    /// <summary>Whether this is a real replica and not <see cref="None"/>.</summary>
    public bool IsSome => Value != 0;

    /// <inheritdoc/>
    public int CompareTo(ReplicaId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Orders by number.</summary>
    public static bool operator <(ReplicaId left, ReplicaId right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(ReplicaId left, ReplicaId right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(ReplicaId left, ReplicaId right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(ReplicaId left, ReplicaId right) => left.Value >= right.Value;
}
