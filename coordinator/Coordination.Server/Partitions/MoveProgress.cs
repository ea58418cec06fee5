using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>How far a partition is with taking over its first keys.</summary>
/// <param name="Phase">Whether it still does.</param>
/// <param name="Chunk">The number of the chunk that it waits for.</param>
/// <param name="LastKey">The last key that it has; empty when there is none.</param>
internal sealed record MoveProgress(PartitionPhase Phase, long Chunk, byte[] LastKey);
