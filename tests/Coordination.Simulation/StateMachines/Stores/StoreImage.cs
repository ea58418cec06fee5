using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>A state store as a snapshot carries it.</summary>
/// <param name="Metadata">The position, its term, and the membership there.</param>
/// <param name="Content">The store; nobody changes it.</param>
internal sealed record StoreImage(SnapshotMetadata Metadata, StoreContent Content) : StateImage(Metadata);
