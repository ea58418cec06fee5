using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// Finds the watchers of a key: those of exactly that key by a hash table, those of ranges by a tree. Belongs to the hub's turn.
/// </summary>
internal sealed class WatcherIndex
{
    private readonly Dictionary<byte[], WatchedRange> _keys = new(KeyEquality.Instance);
    private readonly Dictionary<byte[], WatchedRange>.AlternateLookup<ReadOnlySpan<byte>> _keysBySpan;
    private readonly RangeTree _ranges = new();

    public WatcherIndex() => _keysBySpan = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();

    public void Add(Watcher watcher)
    {
        var range = watcher.Creation.Range;
        if (!range.IsSingleKey)
        {
            _ranges.FindOrAdd(range).Add(watcher);
            return;
        }

        if (!_keys.TryGetValue(range.Start, out var watched))
        {
            watched = new WatchedRange(range);
            _keys.Add(range.Start, watched);
        }

        watched.Add(watcher);
    }

    public void Remove(Watcher watcher)
    {
        var range = watcher.Creation.Range;
        if (!range.IsSingleKey)
        {
            var node = _ranges.FindOrAdd(range);
            node.Remove(watcher);
            if (node.IsEmpty)
            {
                _ranges.Remove(range);
            }

            return;
        }

        var watched = _keys[range.Start];
        watched.Remove(watcher);
        if (watched.IsEmpty)
        {
            _keys.Remove(range.Start);
        }
    }

    /// <summary>Whether anybody watches the key.</summary>
    public bool Watches(ReadOnlySpan<byte> key) => _keysBySpan.ContainsKey(key) || _ranges.Covers(key);

    /// <summary>
    /// Notes an event with everything that watches its key; what had no event yet is added to <paramref name="touched"/>.
    /// </summary>
    public void Touch(ReadOnlySpan<byte> key, int happened, List<WatchedRange> touched)
    {
        if (_keysBySpan.TryGetValue(key, out var watched))
        {
            if (watched.Touched.Count == 0)
            {
                touched.Add(watched);
            }

            watched.Touched.Add(happened);
        }

        _ranges.Touch(key, happened, touched);
    }
}
