namespace Coordination.Storage;

/// <summary>Where a log ends, and so where its writer goes on.</summary>
/// <param name="Offset">The place of the next batch in the last segment.</param>
/// <param name="Chain">The CRC of the sector before it.</param>
/// <param name="LastBatch">The number of the last batch.</param>
internal readonly record struct LogEnd(long Offset, uint Chain, ulong LastBatch);
