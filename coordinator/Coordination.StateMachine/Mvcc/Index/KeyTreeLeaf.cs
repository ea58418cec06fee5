namespace Coordination.StateMachine;

/// <summary>
/// A leaf of <see cref="KeyTree"/>: keys in order, each with its newest version, or one that was the newest when the leaf was copied.
/// </summary>
internal sealed class KeyTreeLeaf(long epoch) : KeyTreeNode(epoch)
{
    private readonly KeyVersion[] _versions = new KeyVersion[Capacity];

    /// <summary>The newest versions of the keys, in key order.</summary>
    public ReadOnlySpan<KeyVersion> Versions => _versions.AsSpan(0, Count);

    /// <summary>The place of the first key that is not before <paramref name="key"/>.</summary>
    public int LowerBound(ReadOnlySpan<byte> key)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_versions[middle].Key.AsSpan().SequenceCompareTo(key) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Whether the key at <paramref name="place"/> is <paramref name="key"/>.</summary>
    public bool Holds(int place, ReadOnlySpan<byte> key) => place < Count && _versions[place].Key.AsSpan().SequenceEqual(key);

    /// <summary>How many of the keys before <paramref name="place"/> exist.</summary>
    public long LiveBefore(int place)
    {
        long live = 0;
        for (int i = 0; i < place; i++)
        {
            live += _versions[i].IsTombstone ? 0 : 1;
        }

        return live;
    }

    public void Insert(int place, KeyVersion version)
    {
        Invariant.Check(Count < Capacity, $"A leaf holds {Capacity} keys and cannot take another.");
        Array.Copy(_versions, place, _versions, place + 1, Count - place);
        _versions[place] = version;
        Count++;
        Live += version.IsTombstone ? 0 : 1;
    }

    /// <summary>Puts the next version of a key, which exists as its last one does, in front. The one change that readers may see.</summary>
    public void Link(int place, KeyVersion version)
    {
        Invariant.Check(version.Previous == _versions[place], "A version that does not lead to the one before would hide it from readers.");

        // Writing a reference publishes what it leads to (.NET memory model, "object assignment").
        _versions[place] = version;
    }

    public void Replace(int place, KeyVersion version)
    {
        Live += (version.IsTombstone ? 0 : 1) - (_versions[place].IsTombstone ? 0 : 1);
        _versions[place] = version;
    }

    public void RemoveAt(int place)
    {
        Live -= _versions[place].IsTombstone ? 0 : 1;
        Count--;
        Array.Copy(_versions, place + 1, _versions, place, Count - place);
        _versions[Count] = null!;
    }

    /// <summary>A copy that the writer of <paramref name="epoch"/> may change.</summary>
    public KeyTreeLeaf Copy(long epoch)
    {
        var copy = new KeyTreeLeaf(epoch) { Count = Count, Live = Live };
        Array.Copy(_versions, copy._versions, Count);
        return copy;
    }

    /// <summary>Moves the keys from <paramref name="place"/> on into a new leaf.</summary>
    public KeyTreeLeaf SplitAt(int place)
    {
        var right = new KeyTreeLeaf(Epoch);
        for (int i = place; i < Count; i++)
        {
            right.Insert(right.Count, _versions[i]);
        }

        Live -= right.Live;
        Array.Clear(_versions, place, Count - place);
        Count = place;
        return right;
    }

    /// <summary>Takes over all keys of the leaf to the right.</summary>
    public void Append(KeyTreeLeaf right)
    {
        foreach (var version in right.Versions)
        {
            Insert(Count, version);
        }
    }
}
