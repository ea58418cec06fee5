using System.Diagnostics.CodeAnalysis;

namespace Coordination.StateMachine;

/// <summary>The leases of a partition, by id, and which key is attached to which. Changed only by the applying thread.</summary>
internal sealed class LeaseTable
{
    private readonly SortedDictionary<long, Lease> _leases = [];

    public IReadOnlyCollection<Lease> All => _leases.Values;

    public bool TryFind(long id, [NotNullWhen(true)] out Lease? lease) => _leases.TryGetValue(id, out lease);

    public bool Exists(long id) => _leases.ContainsKey(id);

    public void Add(Lease lease) => _leases.Add(lease.Id, lease);

    public void Remove(long id) => _leases.Remove(id);

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
