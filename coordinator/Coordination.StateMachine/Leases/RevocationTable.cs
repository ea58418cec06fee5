namespace Coordination.StateMachine;

/// <summary>
/// What has to happen, and has happened, to leases over partitions: at their home the revocations that other partitions do not know of yet,
/// elsewhere the latest that is known. Changed only by the applying thread.
/// </summary>
internal sealed class RevocationTable(StateChanges changes)
{
    private readonly SortedDictionary<(long Lease, ulong Incarnation), PendingRevocation> _pending = [];
    private readonly Dictionary<long, int> _pendingByLease = [];

    /// <summary>The revocations that are not done everywhere, by lease.</summary>
    public IReadOnlyList<PendingRevocation> Pending => [.. _pending.Values];

    /// <summary>
    /// The greatest token of a revocation that was carried out here: no shadow that was allowed before may come any more.
    /// </summary>
    public ulong Watermark { get; private set; }

    /// <summary>Takes over what is stored.</summary>
    public void Restore(IEnumerable<PendingRevocation> pending, ulong watermark)
    {
        Watermark = watermark;
        foreach (var revocation in pending)
        {
            AddPending(revocation);
        }
    }

    /// <summary>Whether other partitions may still have keys of a lease with the id that was revoked.</summary>
    public bool IsPending(long lease) => _pendingByLease.ContainsKey(lease);

    public void Add(PendingRevocation revocation)
    {
        AddPending(revocation);
        changes.SetPartitionRow(PartitionRows.KeyOf(revocation), PartitionRows.Encode(revocation));
    }

    /// <summary>One partition has ended the lease; does nothing when that is known.</summary>
    public void Finish(FinishedRevocation finished)
    {
        var key = (finished.Lease, finished.Incarnation);
        if (!_pending.TryGetValue(key, out var revocation) || !revocation.Partitions.Contains(finished.Partition))
        {
            return;
        }

        var rest = revocation with { Partitions = revocation.Partitions.Without(finished.Partition) };
        if (rest.Partitions.IsEmpty)
        {
            RemovePending(key);
            changes.SetPartitionRow(PartitionRows.KeyOf(revocation), null);
        }
        else
        {
            _pending[key] = rest;
            changes.SetPartitionRow(PartitionRows.KeyOf(rest), PartitionRows.Encode(rest));
        }
    }

    public void Raise(ulong token)
    {
        if (token > Watermark)
        {
            Watermark = token;
            changes.SetPartitionRow(PartitionRows.WatermarkKey, PartitionRows.EncodeWatermark(token));
        }
    }

    private void AddPending(PendingRevocation revocation)
    {
        _pending.Add((revocation.Lease, revocation.Incarnation), revocation);
        _pendingByLease[revocation.Lease] = _pendingByLease.GetValueOrDefault(revocation.Lease) + 1;
    }

    private void RemovePending((long Lease, ulong Incarnation) key)
    {
        _pending.Remove(key);
        if (--_pendingByLease[key.Lease] == 0)
        {
            _pendingByLease.Remove(key.Lease);
        }
    }
}
