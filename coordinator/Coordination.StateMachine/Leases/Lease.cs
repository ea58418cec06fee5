namespace Coordination.StateMachine;

/// <summary>
/// A lease as the replicated state knows it: its time to live, and the keys that end with it. How much time is left is the leader's
/// business, not the state's; only what the leader checkpoints is kept.
/// </summary>
internal sealed class Lease(long id, long ttlSeconds, long remainingSeconds)
{
    private readonly SortedSet<byte[]> _keys = new(ByteOrder.Instance);

    public long Id { get; } = id;

    public long TtlSeconds { get; } = ttlSeconds;

    /// <summary>What was left at the last checkpoint; 0 when there was none since the last renewal.</summary>
    public long RemainingSeconds { get; set; } = remainingSeconds;

    /// <summary>The attached keys, in order.</summary>
    public IReadOnlyCollection<byte[]> Keys => _keys;

    public void Attach(byte[] key) => _keys.Add(key);

    public void Detach(byte[] key) => _keys.Remove(key);

    public StoredLease ToStored() => new(Id, TtlSeconds, RemainingSeconds);
}
