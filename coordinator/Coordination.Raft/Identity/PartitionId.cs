namespace Coordination.Raft;

/// <summary>
/// The identity of a partition: one Raft group and one slice of the key space. Partition 0 is the default one. The core itself
/// serves a single group and never looks at it; those who host many groups address them by it.
/// </summary>
/// <param name="Value">The number itself. Zero is a real partition.</param>
public readonly record struct PartitionId(uint Value) : IComparable<PartitionId>
{
    /// <inheritdoc/>
    public int CompareTo(PartitionId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Orders by number.</summary>
    public static bool operator <(PartitionId left, PartitionId right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(PartitionId left, PartitionId right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(PartitionId left, PartitionId right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(PartitionId left, PartitionId right) => left.Value >= right.Value;
}
