namespace Coordination.StateMachine;

/// <summary>
/// An inner node of <see cref="KeyTree"/>: children in order, each but the first with the smallest key that may be below it. The separator
/// of a child stays right when keys below it go.
/// </summary>
internal sealed class KeyTreeBranch(long epoch) : KeyTreeNode(epoch)
{
    private readonly KeyTreeNode[] _children = new KeyTreeNode[Capacity];
    private readonly byte[][] _separators = new byte[Capacity][];

    /// <summary>The children in key order.</summary>
    public ReadOnlySpan<KeyTreeNode> Children => _children.AsSpan(0, Count);

    /// <summary>The smallest key that may be below a child; the first child's is empty.</summary>
    public byte[] SeparatorOf(int child) => _separators[child];

    /// <summary>The child below which <paramref name="key"/> belongs.</summary>
    public int ChildOf(ReadOnlySpan<byte> key)
    {
        int low = 1;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_separators[middle].AsSpan().SequenceCompareTo(key) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    /// <summary>How many keys below the children before <paramref name="child"/> exist.</summary>
    public long LiveBefore(int child)
    {
        long live = 0;
        for (int i = 0; i < child; i++)
        {
            live += _children[i].Live;
        }

        return live;
    }

    public void Insert(int place, byte[] separator, KeyTreeNode child)
    {
        Invariant.Check(Count < Capacity, $"A branch holds {Capacity} children and cannot take another.");
        Array.Copy(_children, place, _children, place + 1, Count - place);
        Array.Copy(_separators, place, _separators, place + 1, Count - place);
        _children[place] = child;
        _separators[place] = separator;
        Count++;
        Live += child.Live;
    }

    /// <summary>Puts another node in a child's place.</summary>
    public void SetChild(int place, KeyTreeNode child) => _children[place] = child;

    public void SetSeparator(int place, byte[] separator) => _separators[place] = separator;

    public void RemoveAt(int place)
    {
        Count--;
        Array.Copy(_children, place + 1, _children, place, Count - place);
        Array.Copy(_separators, place + 1, _separators, place, Count - place);
        _children[Count] = null!;
        _separators[Count] = null!;
    }

    /// <summary>Counts anew how many keys below exist.</summary>
    public void Recount() => Live = LiveBefore(Count);

    /// <summary>The number of existing keys below changed by <paramref name="difference"/>.</summary>
    public void AdjustLive(long difference) => Live += difference;

    /// <summary>A copy that the writer of <paramref name="epoch"/> may change.</summary>
    public KeyTreeBranch Copy(long epoch)
    {
        var copy = new KeyTreeBranch(epoch) { Count = Count, Live = Live };
        Array.Copy(_children, copy._children, Count);
        Array.Copy(_separators, copy._separators, Count);
        return copy;
    }

    /// <summary>Moves the children from <paramref name="place"/> on into a new branch.</summary>
    public KeyTreeBranch SplitAt(int place)
    {
        var right = new KeyTreeBranch(Epoch);
        for (int i = place; i < Count; i++)
        {
            right.Insert(right.Count, _separators[i], _children[i]);
        }

        Live -= right.Live;
        Array.Clear(_children, place, Count - place);
        Array.Clear(_separators, place, Count - place);
        Count = place;
        return right;
    }

    /// <summary>Takes over all children of the branch to the right, whose own separator is <paramref name="separator"/>.</summary>
    public void Append(byte[] separator, KeyTreeBranch right)
    {
        for (int i = 0; i < right.Count; i++)
        {
            Insert(Count, i == 0 ? separator : right._separators[i], right._children[i]);
        }
    }
}
