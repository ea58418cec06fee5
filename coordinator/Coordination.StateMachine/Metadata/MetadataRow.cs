namespace Coordination.StateMachine;

/// <summary>A row of the cluster's metadata.</summary>
/// <param name="Value">What was written; nobody changes it.</param>
/// <param name="Version">
/// The table's version after the write that gave the row this value: above 0, and never used again, also when the row is deleted and comes
/// back.
/// </param>
public sealed record MetadataRow(ReadOnlyMemory<byte> Value, long Version);
