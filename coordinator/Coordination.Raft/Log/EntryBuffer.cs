namespace Coordination.Raft;

/// <summary>
/// The entries of a log in memory, contiguous and in order. A slot of the underlying array is written once in its life: truncation and
/// growth move to a new array. Slices handed out therefore never change, and messages, disk batches and apply batches share them with
/// the log instead of copying.
/// </summary>
internal sealed class EntryBuffer
{
    private const int InitialCapacity = 64;

    private Entry[] _slots = new Entry[InitialCapacity];
    private int _head;
    private int _count;

    /// <summary>How many entries there are.</summary>
    public int Count => _count;

    /// <summary>What all entries together count for in byte limits.</summary>
    public long Bytes { get; private set; }

    /// <summary>The entry at a place counted from the oldest.</summary>
    public Entry this[int position]
    {
        get
        {
            Invariant.Check((uint)position < (uint)_count, $"Place {position} is outside the {_count} entries in memory.");
            return _slots[_head + position];
        }
    }

    /// <summary>Adds an entry at the end.</summary>
    public void Add(Entry entry)
    {
        if (_head + _count == _slots.Length)
        {
            Move(Math.Max(InitialCapacity, _count * 2));
        }

        _slots[_head + _count] = entry;
        _count++;
        Bytes += entry.SizeBytes;
    }

    /// <summary>Entries from a place on; stays valid and unchanged whatever happens to the log.</summary>
    public ReadOnlyMemory<Entry> Slice(int position, int count)
    {
        Invariant.Check(
            position >= 0 && count >= 0 && position + count <= _count,
            $"The slice [{position}, {position + count}) is outside the {_count} entries in memory.");
        return _slots.AsMemory(_head + position, count);
    }

    /// <summary>Drops the oldest entries.</summary>
    public void RemoveFirst(int count)
    {
        Invariant.Check(count >= 0 && count <= _count, $"Cannot drop {count} of {_count} entries.");
        for (int i = 0; i < count; i++)
        {
            Bytes -= _slots[_head + i].SizeBytes;
        }

        _head += count;
        _count -= count;

        // The slots before the head keep dropped entries alive: move on once they are the larger part. As much room as was used up to
        // now is likely to be used again up to the next compaction; less would be outgrown, in several moves.
        if (_head > InitialCapacity && _head > _count * 2)
        {
            Move(_head + _count);
        }
    }

    /// <summary>Drops the newest entries, keeping <paramref name="count"/>.</summary>
    public void KeepFirst(int count)
    {
        Invariant.Check(count >= 0 && count <= _count, $"Cannot keep {count} of {_count} entries.");
        if (count == _count)
        {
            return;
        }

        for (int i = count; i < _count; i++)
        {
            Bytes -= _slots[_head + i].SizeBytes;
        }

        _count = count;
        Move(Math.Max(InitialCapacity, _count * 2));
    }

    private void Move(int capacity)
    {
        var slots = new Entry[capacity];
        _slots.AsSpan(_head, _count).CopyTo(slots);
        _slots = slots;
        _head = 0;
    }
}
