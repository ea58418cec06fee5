using System.Diagnostics.CodeAnalysis;

namespace Coordination.StateMachine;

/// <summary>The leases of a partition, by id, and which key is attached to which. Changed only by the applying thread.</summary>
internal sealed class LeaseTable
{
    private readonly SortedDictionary<long, Lease> _leases = [];

    public IReadOnlyCollection<Lease> All => _leases.Values;

    public bool TryFind(long id, [NotNullWhen(true)] out Lease? lease) => _leases.TryGetValue(id, out lease);

    public bool Exists(long id) => _leases.ContainsKey(id);

    /// <summary>Takes over what is stored, without keys.</summary>
    public void Restore(IEnumerable<StoredLease> leases)
    {
        foreach (var lease in leases)
        {
            _leases.Add(lease.Id, new Lease(lease));
        }
    }

    public void Add(StoredLease stored, StateChanges changes)
    {
        _leases.Add(stored.Id, new Lease(stored));
        changes.SetLease(stored);
    }

    /// <summary>Stores something else about a lease that is there.</summary>
    public void Replace(StoredLease stored, StateChanges changes)
    {
        _leases[stored.Id].Stored = stored;
        changes.SetLease(stored);
    }

    public void Remove(long id, StateChanges changes)
    {
        _leases.Remove(id);
        changes.RemoveLease(id);
    }

    /// <summary>Notes that another partition may have keys of a lease; does nothing to shadows, which are noted at their home.</summary>
    public void Attach(long id, uint partition, StateChanges changes)
    {
        var lease = _leases[id].Stored;
        if (!lease.IsShadow && !lease.Partitions.Contains(partition))
        {
            Replace(lease with { Partitions = lease.Partitions.With(partition) }, changes);
        }
    }

    /// <summary>Makes sure that a lease exists that a key came with; 0 means none.</summary>
    public void AddShadowOfUnknown(long id, StateChanges changes)
    {
        if (id != 0 && !Exists(id))
        {
            Add(new StoredLease(id, 0, 0, IsShadow: true), changes);
        }
    }

    /// <summary>A key leaves one lease for another; 0 means none. A lease that is gone has let go of its keys already.</summary>
    public void Move(byte[] key, long from, long to)
    {
        if (from == to)
        {
            return;
        }

        if (from != 0 && _leases.TryGetValue(from, out var old))
        {
            old.Detach(key);
        }

        if (to != 0)
        {
            bool exists = _leases.TryGetValue(to, out var next);
            Invariant.Check(exists, $"A key cannot be attached to lease {to}, which does not exist.");
            next!.Attach(key);
        }
    }
}
