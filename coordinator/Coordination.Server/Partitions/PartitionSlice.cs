using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>A part of a range that lies in one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Range">The part; no key of another partition lies in it.</param>
internal readonly record struct PartitionSlice(PartitionEntry Partition, KeyRange Range);
