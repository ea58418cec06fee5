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
    private bool _isLive;

    /// <summary>Something changed since the last time that this was read.</summary>
    public ChannelReader<bool> Changed => _changed.Reader;

    /// <summary>What is known.</summary>
    public RegistrySnapshot Snapshot
    {
        get
        {
            lock (_lock)
            {
                return _snapshot;
            }
        }
    }

    /// <summary>Whether the store itself has told what instances there are, and not only a file.</summary>
    public bool IsLive
    {
        get
        {
            lock (_lock)
            {
                return _isLive;
            }
        }
    }

    /// <summary>What was known when the process ran last. Not for a view that knows better.</summary>
    public void Restore(RegistrySnapshot snapshot) => Change(_ => snapshot, isLive: false);

    /// <summary>All instances that there are.</summary>
    public void Reset(IEnumerable<ServiceInstance> instances) => Change(known => known.WithInstances(instances), isLive: true);

    /// <summary>What changed in one revision.</summary>
    public void Apply(IReadOnlyList<ServiceChange> changes) =>
        Change(known => changes.Aggregate(known, (snapshot, change) => snapshot.With(change)), isLive: true);

    /// <summary>The document in force; null when there is none.</summary>
    public void SetDocument(StoredDocument? document) => Change(known => known with { Document = document }, isLive: IsLive);

    private void Change(Func<RegistrySnapshot, RegistrySnapshot> change, bool isLive)
    {
        lock (_lock)
        {
            _snapshot = change(_snapshot);
            _isLive = isLive;
        }

        _changed.Writer.TryWrite(true);
    }
}
