using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>
/// Which partition has which keys, at one moment: the partition with the longest prefix that a key begins with. Never changes. What it says
/// may be out of date at any time; a partition refuses what is not its own.
/// </summary>
internal sealed class PartitionMap
{
    private readonly PartitionEntry[] _routed;
    private readonly (byte[] Start, PartitionEntry Owner)[] _intervals;
    private readonly Dictionary<uint, PartitionEntry> _byId;

    private PartitionMap(long version, PartitionEntry[] entries, uint nextId, long counterVersion)
    {
        Version = version;
        NextId = nextId;
        CounterVersion = counterVersion;
        All = entries;
        Default = entries[0];
        _byId = entries.ToDictionary(static entry => entry.Id);
        _routed = [.. entries.Where(static entry => entry.IsRouted)];
        _intervals = IntervalsOf(_routed);
    }

    /// <summary>The version of the metadata that the map is made of.</summary>
    public long Version { get; }

    /// <summary>The number of the next partition.</summary>
    public uint NextId { get; }

    /// <summary>The version of the row that counts, which every change of the map writes; 0 when there never was one.</summary>
    public long CounterVersion { get; }

    /// <summary>Whether there is, or ever was, a partition besides partition 0.</summary>
    public bool WasEverSplit => CounterVersion > 0;

    /// <summary>Every partition, by id; those that come and go, too.</summary>
    public IReadOnlyList<PartitionEntry> All { get; }

    /// <summary>Partition 0.</summary>
    public PartitionEntry Default { get; }

    /// <summary>Whether all keys are in partition 0.</summary>
    public bool IsSingle => _intervals.Length == 1;

    /// <summary>Makes the map of some entries, partition 0 among them.</summary>
    public static PartitionMap Of(long version, IEnumerable<PartitionEntry> entries, uint nextId = 1, long counterVersion = 0) =>
        new(version, [.. entries.OrderBy(static entry => entry.Id)], nextId, counterVersion);

    /// <summary>The partition with this number, or null.</summary>
    public PartitionEntry? Find(uint id) => _byId.GetValueOrDefault(id);

    /// <summary>The partition that has a key.</summary>
    public PartitionEntry OwnerOf(ReadOnlySpan<byte> key) => _intervals[IntervalOf(key)].Owner;

    /// <summary>
    /// The partition around another: the one that would have its keys without it, whatever stage it is in itself.
    /// </summary>
    public PartitionEntry ParentOf(ReadOnlySpan<byte> prefix)
    {
        PartitionEntry parent = Default;
        foreach (PartitionEntry entry in _routed)
        {
            if (entry.Prefix.Length > parent.Prefix.Length && entry.Prefix.Length < prefix.Length && prefix.StartsWith(entry.Prefix))
            {
                parent = entry;
            }
        }

        return parent;
    }

    /// <summary>The parts of a range, in order, each in one partition; none for an empty range.</summary>
    public IReadOnlyList<PartitionSlice> Split(KeyRange range)
    {
        if (range.IsEmpty)
        {
            return [];
        }

        int first = IntervalOf(range.Start);
        var slices = new List<PartitionSlice>();
        for (int i = first; i < _intervals.Length && (i == first || range.End is null || Compare(_intervals[i].Start, range.End) < 0); i++)
        {
            byte[] start = i == first ? range.Start : _intervals[i].Start;
            byte[]? end = i + 1 < _intervals.Length && (range.End is null || Compare(_intervals[i + 1].Start, range.End) < 0)
                ? _intervals[i + 1].Start
                : range.End;
            slices.Add(new PartitionSlice(_intervals[i].Owner, KeyRange.Between(start, end)));
        }

        return slices;
    }

    private static int Compare(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right);

    /// <summary>
    /// The key space cut where an owner begins: at each prefix, and behind its keys, where the partition around it goes on.
    /// </summary>
    private static (byte[] Start, PartitionEntry Owner)[] IntervalsOf(PartitionEntry[] routed)
    {
        var cuts = new SortedSet<byte[]>(Comparer<byte[]>.Create(static (left, right) => Compare(left, right))) { Array.Empty<byte>() };
        foreach (PartitionEntry entry in routed.Where(static entry => entry.Prefix.Length > 0))
        {
            cuts.Add(entry.Prefix);
            if (KeyRange.OfPrefix(entry.Prefix).End is { } end)
            {
                cuts.Add(end);
            }
        }

        var intervals = new List<(byte[] Start, PartitionEntry Owner)>();
        foreach (byte[] cut in cuts)
        {
            PartitionEntry owner = routed.Where(entry => cut.AsSpan().StartsWith(entry.Prefix)).MaxBy(static entry => entry.Prefix.Length)!;
            if (intervals.Count == 0 || intervals[^1].Owner != owner)
            {
                intervals.Add((cut, owner));
            }
        }

        return [.. intervals];
    }

    private int IntervalOf(ReadOnlySpan<byte> key)
    {
        int low = 0;
        int high = _intervals.Length;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (_intervals[middle].Start.AsSpan().SequenceCompareTo(key) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
