using System.Threading.Channels;

namespace Coordination.Proxy;

/// <summary>
/// The newest of what is known of the registry, and a signal that it changed: many changes are one signal. Written by whoever follows the
/// store, read by whoever applies; any thread.
/// </summary>
internal sealed class RegistryView
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private RegistrySnapshot _snapshot = RegistrySnapshot.Empty;
    private bool _isRestored;
    private bool _isLive;

    /// <summary>Something changed since the last time that this was read.</summary>
    public ChannelReader<bool> Changed => _changed.Reader;

    /// <summary>
    /// What is known, and whether the store itself has told what instances there are, and not only a file; null as long as nobody has.
    /// </summary>
    public (RegistrySnapshot Snapshot, bool IsLive)? Known
    {
        get
        {
            lock (_lock)
            {
                return _isLive || _isRestored ? (_snapshot, _isLive) : null;
            }
        }
    }

    /// <summary>What was known when the process ran last; false for a view that knows better.</summary>
    public bool TryRestore(RegistrySnapshot snapshot)
    {
        lock (_lock)
        {
            if (_isLive)
            {
                return false;
            }

            _isRestored = true;
            _snapshot = snapshot with { Document = _snapshot.Document ?? snapshot.Document };
            return true;
        }
    }

    /// <summary>All instances that there are.</summary>
    public void Reset(IEnumerable<ServiceInstance> instances) => Change(known => known.WithInstances(instances), areInstances: true);

    /// <summary>What changed in one revision.</summary>
    public void Apply(IReadOnlyList<ServiceChange> changes) =>
        Change(known => changes.Aggregate(known, (snapshot, change) => snapshot.With(change)), areInstances: true);

    /// <summary>The document in force; null when there is none.</summary>
    public void SetDocument(StoredDocument? document) => Change(known => known with { Document = document }, areInstances: false);

    private void Change(Func<RegistrySnapshot, RegistrySnapshot> change, bool areInstances)
    {
        lock (_lock)
        {
            _snapshot = change(_snapshot);
            _isLive |= areInstances;
        }

        _changed.Writer.TryWrite(true);
    }
}
