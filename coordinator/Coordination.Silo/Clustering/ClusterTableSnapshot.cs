namespace Coordination.Silo;

/// <summary>A cluster table at one moment.</summary>
/// <param name="Version">The number of the last write that the snapshot contains; every write that succeeds has a greater one.</param>
/// <param name="Rows">Every row by its key.</param>
public sealed record ClusterTableSnapshot(long Version, IReadOnlyDictionary<string, ClusterTableRow> Rows);

/// <summary>A row of a cluster table.</summary>
/// <param name="Value">What was written.</param>
/// <param name="Version">
/// The table's version after the write that gave the row this value: above 0, and never used again, also when the row is deleted and
/// comes back.
/// </param>
public sealed record ClusterTableRow(ReadOnlyMemory<byte> Value, long Version);
