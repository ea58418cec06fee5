using System.Collections.Immutable;

namespace Coordination.StateMachine;

/// <summary>The cluster's metadata at one moment: every row, none of which ever changes here.</summary>
/// <param name="Version">The number of the last write that the snapshot contains; every write that succeeds has a greater one.</param>
/// <param name="Rows">Every row by its key, in ordinal order.</param>
public sealed record MetadataSnapshot(long Version, ImmutableSortedDictionary<string, MetadataRow> Rows)
{
    /// <summary>The table before the first write.</summary>
    public static MetadataSnapshot Empty { get; } =
        new(0, ImmutableSortedDictionary.Create<string, MetadataRow>(StringComparer.Ordinal));

    /// <summary>Puts a table together from what a store holds.</summary>
    /// <param name="version">The table's version.</param>
    /// <param name="rows">Its rows, in any order.</param>
    public static MetadataSnapshot Of(long version, IEnumerable<KeyValuePair<string, MetadataRow>> rows) =>
        new(version, Empty.Rows.AddRange(rows));
}
