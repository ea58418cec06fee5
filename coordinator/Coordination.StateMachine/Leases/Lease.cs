namespace Coordination.StateMachine;

/// <summary>
/// A lease as the replicated state knows it: what is stored of it, and the keys that end with it. How much time is left is the leader's
/// business, not the state's; only what the leader checkpoints is kept.
/// </summary>
internal sealed class Lease(StoredLease stored)
{
    private readonly SortedSet<byte[]> _keys = new(ByteOrder.Instance);

    public long Id { get; } = stored.Id;

    /// <summary>What is stored; never of another id.</summary>
    public StoredLease Stored { get; set; } = stored;

    /// <summary>The attached keys, in order.</summary>
    public IReadOnlyCollection<byte[]> Keys => _keys;

    public void Attach(byte[] key) => _keys.Add(key);

    public void Detach(byte[] key) => _keys.Remove(key);
}
