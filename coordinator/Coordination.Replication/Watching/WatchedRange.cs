using System.Runtime.InteropServices;
using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>A range that somebody watches: the watchers in groups that are told exactly the same. Belongs to the hub's turn.</summary>
internal sealed class WatchedRange(KeyRange range)
{
    private readonly List<WatcherGroup> _groups = [];

    public KeyRange Range { get; } = range;

    public ReadOnlySpan<WatcherGroup> Groups => CollectionsMarshal.AsSpan(_groups);

    /// <summary>The events of the write that is being told: their places in it.</summary>
    public List<int> Touched { get; } = [];

    public bool IsEmpty => _groups.Count == 0;

    public void Add(Watcher watcher)
    {
        var group = _groups.Find(group => group.Traits == watcher.Traits);
        if (group is null)
        {
            group = new WatcherGroup(watcher.Traits);
            _groups.Add(group);
        }

        group.Add(watcher);
    }

    public void Remove(Watcher watcher)
    {
        int place = _groups.FindIndex(group => group.Traits == watcher.Traits);
        _groups[place].Remove(watcher);
        if (_groups[place].Watchers.IsEmpty)
        {
            _groups.RemoveAt(place);
        }
    }
}
