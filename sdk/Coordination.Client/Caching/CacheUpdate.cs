namespace Coordination.Client;

/// <summary>How one key of a cache changed. What happened to it in between may not be shown.</summary>
/// <param name="Key">The key.</param>
/// <param name="Before">As it was; null when it did not exist.</param>
/// <param name="After">As it is now; null when it is gone.</param>
public sealed record CacheChange(Key Key, KeyValue? Before, KeyValue? After);

/// <summary>A step of a cache from one state to a later one.</summary>
/// <param name="Snapshot">The later state.</param>
/// <param name="Changes">How it differs from the state of the update before; at least one change, one for each key, in no order.</param>
public sealed record CacheUpdate(CacheSnapshot Snapshot, IReadOnlyList<CacheChange> Changes);
