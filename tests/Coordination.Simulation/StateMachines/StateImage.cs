using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>A state machine at one moment, as a snapshot carries it. Immutable.</summary>
/// <param name="Metadata">The position, its term, and the membership there.</param>
internal abstract record StateImage(SnapshotMetadata Metadata);
