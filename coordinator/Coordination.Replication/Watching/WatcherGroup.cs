using System.Runtime.InteropServices;

namespace Coordination.Replication;

/// <summary>Watchers of one range that are told exactly the same. Belongs to the hub's turn.</summary>
internal sealed class WatcherGroup(WatcherTraits traits)
{
    private readonly List<Watcher> _watchers = [];

    public WatcherTraits Traits { get; } = traits;

    public ReadOnlySpan<Watcher> Watchers => CollectionsMarshal.AsSpan(_watchers);

    public void Add(Watcher watcher)
    {
        watcher.Place = _watchers.Count;
        _watchers.Add(watcher);
    }

    public void Remove(Watcher watcher)
    {
        var last = _watchers[^1];
        _watchers[watcher.Place] = last;
        last.Place = watcher.Place;
        _watchers.RemoveAt(_watchers.Count - 1);
    }
}
