namespace Coordination.StateMachine;

/// <summary>
/// The index of a partition's keys: a B+ tree in which every node knows how many existing keys are below it, so that counting a range is
/// as cheap as finding its ends. One thread writes. Readers on any thread use snapshots, which cost nothing to take. Which keys a snapshot
/// has and how many of them exist never changes: the writer copies a node before its first change of that kind after <see cref="Publish"/>
/// (path copying), and changes its own copies in place.
/// </summary>
/// <remarks>
/// The next version of a key that exists before and after is only linked in front of the others, in every snapshot that shares the leaf:
/// a reader follows the versions back to its own revision (<see cref="KeyVersion.At"/>). So what is written most, keys that are there,
/// copies nothing.
/// </remarks>
internal sealed class KeyTree
{
    private KeyTreeNode _root;
    private long _epoch = 1;

    /// <summary>Starts without keys.</summary>
    public KeyTree() => _root = new KeyTreeLeaf(_epoch);

    /// <summary>The tree as it is at this moment. Changes from now on go to copies.</summary>
    public KeyTreeSnapshot Publish()
    {
        _epoch++;
        return new KeyTreeSnapshot(_root);
    }

    /// <summary>The writer's own view; valid until the next change.</summary>
    public KeyTreeSnapshot View() => new(_root);

    /// <summary>Where a key is; nowhere when the index does not know it. Valid until the next change.</summary>
    public KeySlot Locate(ReadOnlySpan<byte> key) => View().Locate(key);

    /// <summary>Makes <paramref name="version"/> the newest version of its key, which <see cref="Locate"/> found in a slot.</summary>
    public void Set(KeySlot slot, KeyVersion version)
    {
        if (!slot.TryLink(version))
        {
            Set(version);
        }
    }

    /// <summary>Makes <paramref name="version"/> the newest version of its key.</summary>
    private void Set(KeyVersion version)
    {
        var grown = Set(_root, version);
        _root = grown.Node;
        if (grown.Right is { } right)
        {
            var root = new KeyTreeBranch(_epoch);
            root.Insert(0, [], grown.Node);
            root.Insert(1, grown.Separator, right);
            _root = root;
        }
    }

    /// <summary>Forgets a key altogether; does nothing when it is not there.</summary>
    public void Remove(ReadOnlySpan<byte> key)
    {
        _root = Remove(_root, key);
        if (_root is KeyTreeBranch { Count: 1 } branch)
        {
            _root = branch.Children[0];
        }
    }

    private Grown Set(KeyTreeNode node, KeyVersion version) =>
        node is KeyTreeLeaf leaf ? SetInLeaf(Own(leaf), version) : SetInBranch(Own((KeyTreeBranch)node), version);

    private static Grown SetInLeaf(KeyTreeLeaf leaf, KeyVersion version)
    {
        int place = leaf.LowerBound(version.Key);
        if (leaf.Holds(place, version.Key))
        {
            leaf.Replace(place, version);
            return new Grown(leaf);
        }

        if (leaf.Count < KeyTreeNode.Capacity)
        {
            leaf.Insert(place, version);
            return new Grown(leaf);
        }

        // Keys that come in order leave full leaves behind instead of half-full ones.
        var right = leaf.SplitAt(place == leaf.Count ? leaf.Count : leaf.Count / 2);
        if (place >= leaf.Count)
        {
            right.Insert(place - leaf.Count, version);
        }
        else
        {
            leaf.Insert(place, version);
        }

        return new Grown(leaf, right, right.Versions[0].Key);
    }

    private Grown SetInBranch(KeyTreeBranch branch, KeyVersion version)
    {
        int child = branch.ChildOf(version.Key);
        long liveBefore = branch.Children[child].Live;
        var grown = Set(branch.Children[child], version);
        branch.SetChild(child, grown.Node);
        branch.AdjustLive(grown.Node.Live - liveBefore);
        if (grown.Right is not { } newChild)
        {
            return new Grown(branch);
        }

        int place = child + 1;
        if (branch.Count < KeyTreeNode.Capacity)
        {
            branch.Insert(place, grown.Separator, newChild);
            return new Grown(branch);
        }

        var right = branch.SplitAt(place == branch.Count ? branch.Count - 1 : branch.Count / 2);
        byte[] separator = right.SeparatorOf(0);
        if (place > branch.Count)
        {
            right.Insert(place - branch.Count, grown.Separator, newChild);
        }
        else
        {
            branch.Insert(place, grown.Separator, newChild);
        }

        return new Grown(branch, right, separator);
    }

    private KeyTreeNode Remove(KeyTreeNode node, ReadOnlySpan<byte> key)
    {
        if (node is KeyTreeLeaf leaf)
        {
            int place = leaf.LowerBound(key);
            if (!leaf.Holds(place, key))
            {
                return leaf;
            }

            leaf = Own(leaf);
            leaf.RemoveAt(place);
            return leaf;
        }

        var branch = (KeyTreeBranch)node;
        int child = branch.ChildOf(key);
        var before = branch.Children[child];
        var after = Remove(before, key);
        if (ReferenceEquals(before, after) && before.Epoch != _epoch)
        {
            return branch;
        }

        branch = Own(branch);
        branch.SetChild(child, after);
        if (after.Count < KeyTreeNode.LowWater)
        {
            MergeWithNeighbour(branch, child);
        }

        branch.Recount();
        return branch;
    }

    /// <summary>
    /// Joins a thin child with the one to its left or right, if both fit into one node. A child that finds no room stays thin: it is still
    /// correct, and an empty one always finds room.
    /// </summary>
    private void MergeWithNeighbour(KeyTreeBranch branch, int child)
    {
        for (int left = Math.Max(0, child - 1); left <= child && left + 1 < branch.Count; left++)
        {
            if (branch.Children[left].Count + branch.Children[left + 1].Count > KeyTreeNode.Capacity)
            {
                continue;
            }

            byte[] separator = branch.SeparatorOf(left + 1);
            if (branch.Children[left] is KeyTreeLeaf leaf)
            {
                leaf = Own(leaf);
                leaf.Append((KeyTreeLeaf)branch.Children[left + 1]);
                branch.SetChild(left, leaf);
            }
            else
            {
                var inner = Own((KeyTreeBranch)branch.Children[left]);
                inner.Append(separator, (KeyTreeBranch)branch.Children[left + 1]);
                branch.SetChild(left, inner);
            }

            branch.RemoveAt(left + 1);
            return;
        }
    }

    private KeyTreeLeaf Own(KeyTreeLeaf leaf) => leaf.Epoch == _epoch ? leaf : leaf.Copy(_epoch);

    private KeyTreeBranch Own(KeyTreeBranch branch) => branch.Epoch == _epoch ? branch : branch.Copy(_epoch);

    /// <summary>A node after a change, and the new node to its right when it had to be split.</summary>
    private readonly struct Grown(KeyTreeNode node, KeyTreeNode? right = null, byte[]? separator = null)
    {
        public KeyTreeNode Node { get; } = node;

        public KeyTreeNode? Right { get; } = right;

        public byte[] Separator { get; } = separator ?? [];
    }
}
