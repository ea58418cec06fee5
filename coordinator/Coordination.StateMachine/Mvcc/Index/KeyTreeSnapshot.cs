namespace Coordination.StateMachine;

/// <summary>
/// The keys of a partition as they were at one moment; any thread may read it for as long as it likes. Versions that it shows may be newer
/// than that moment, if the key existed then and since: readers ask for the one at their revision (<see cref="KeyVersion.At"/>).
/// </summary>
internal readonly struct KeyTreeSnapshot(KeyTreeNode root)
{
    private readonly KeyTreeNode _root = root;

    /// <summary>How many keys exist.</summary>
    public long LiveCount => _root.Live;

    /// <summary>The newest version of a key, which may be a tombstone; null when the index does not know the key.</summary>
    public KeyVersion? Find(ReadOnlySpan<byte> key) => Locate(key).Newest;

    /// <summary>Where a key is.</summary>
    public KeySlot Locate(ReadOnlySpan<byte> key)
    {
        var node = _root;
        while (node is KeyTreeBranch branch)
        {
            node = branch.Children[branch.ChildOf(key)];
        }

        var leaf = (KeyTreeLeaf)node;
        int place = leaf.LowerBound(key);
        return leaf.Holds(place, key) ? new KeySlot(leaf, place) : default;
    }

    /// <summary>How many keys of the range exist: two descents, whatever the size of the range.</summary>
    public long CountLive(KeyRange range)
    {
        if (range.IsEmpty)
        {
            return 0;
        }

        long before = LiveBefore(range.Start);
        return (range.End is null ? LiveCount : LiveBefore(range.End)) - before;
    }

    /// <summary>A cursor before the first key of the range.</summary>
    public KeyTreeCursor Scan(KeyRange range) => new(_root, range);

    private long LiveBefore(ReadOnlySpan<byte> key)
    {
        long live = 0;
        var node = _root;
        while (node is KeyTreeBranch branch)
        {
            int child = branch.ChildOf(key);
            live += branch.LiveBefore(child);
            node = branch.Children[child];
        }

        var leaf = (KeyTreeLeaf)node;
        return live + leaf.LiveBefore(leaf.LowerBound(key));
    }
}
