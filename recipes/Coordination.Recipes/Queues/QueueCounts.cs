namespace Coordination.Recipes;

/// <summary>How many messages a queue has.</summary>
/// <param name="Ready">Those that wait for a consumer.</param>
/// <param name="Claimed">Those that a consumer has.</param>
/// <param name="Delayed">Those that are kept back.</param>
/// <param name="Dead">Those that were put aside.</param>
public sealed record QueueCounts(long Ready, long Claimed, long Delayed, long Dead);
