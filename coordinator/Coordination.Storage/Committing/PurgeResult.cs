using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>What a purge did.</summary>
/// <param name="SegmentsDeleted">How many segments were deleted.</param>
/// <param name="PinningOldestSegment">Who has to compact before the next one can go; see <see cref="WriteAheadLog.PinningOldestSegment"/>.</param>
public readonly record struct PurgeResult(int SegmentsDeleted, IReadOnlyList<PartitionId> PinningOldestSegment);
