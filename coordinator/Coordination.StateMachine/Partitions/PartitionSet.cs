using System.Collections.Immutable;

namespace Coordination.StateMachine;

/// <summary>Some partitions. Never changes.</summary>
public readonly struct PartitionSet : IEquatable<PartitionSet>
{
    private readonly ImmutableArray<uint> _ids;

    private PartitionSet(ImmutableArray<uint> ids) => _ids = ids;

    /// <summary>Their ids, ascending.</summary>
    public ImmutableArray<uint> Ids => _ids.IsDefault ? [] : _ids;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Ids.IsEmpty;

    /// <summary>Whether both have the same partitions.</summary>
    public static bool operator ==(PartitionSet left, PartitionSet right) => left.Equals(right);

    /// <summary>Whether one has a partition that the other has not.</summary>
    public static bool operator !=(PartitionSet left, PartitionSet right) => !left.Equals(right);

    /// <summary>The set of these partitions, in whatever order they are given.</summary>
    public static PartitionSet Of(params IEnumerable<uint> ids) => new([.. ids.Distinct().Order()]);

    /// <summary>Whether a partition is one of them.</summary>
    public bool Contains(uint id) => Ids.BinarySearch(id) >= 0;

    /// <summary>These and another one.</summary>
    public PartitionSet With(uint id) => Contains(id) ? this : Of([.. Ids, id]);

    /// <summary>These without one.</summary>
    public PartitionSet Without(uint id) => new(Ids.Remove(id));

    /// <inheritdoc/>
    public bool Equals(PartitionSet other) => Ids.AsSpan().SequenceEqual(other.Ids.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PartitionSet other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        uint hash = 0;
        foreach (uint id in Ids)
        {
            hash = unchecked((hash * 31) + id);
        }

        return (int)hash;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Ids);
}
