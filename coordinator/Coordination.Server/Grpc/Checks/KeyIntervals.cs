using Google.Protobuf;

namespace Coordination.Server;

/// <summary>A set of keys, as ranges that do not overlap. Adding and asking take logarithmic time, whatever clients send.</summary>
internal sealed class KeyIntervals
{
    private readonly SortedSet<Interval> _intervals = [];

    /// <summary>Adds the keys from one up to but not including another, which is taken literally; empty for the one key alone.</summary>
    public void Add(ByteString key, ByteString rangeEnd)
    {
        var end = rangeEnd.IsEmpty ? After(key) : rangeEnd;
        if (ByteStringComparer.Instance.Compare(key, end) < 0)
        {
            Add(new Interval(key, end));
        }
    }

    /// <summary>Adds all keys of another set.</summary>
    public void AddAll(KeyIntervals others)
    {
        foreach (var interval in others._intervals)
        {
            Add(interval);
        }
    }

    public bool Contains(ByteString key) =>
        FindLastUpTo(key) is { } interval && ByteStringComparer.Instance.Compare(key, interval.End) < 0;

    private void Add(Interval added)
    {
        // Whatever overlaps begins before the end of what is added; the last of them is the first to look at.
        while (FindLastUpTo(added.End) is { } last && ByteStringComparer.Instance.Compare(last.End, added.Start) >= 0)
        {
            _intervals.Remove(last);
            added = new Interval(Min(added.Start, last.Start), Max(added.End, last.End));
        }

        _intervals.Add(added);
    }

    private Interval? FindLastUpTo(ByteString key) =>
        _intervals.GetViewBetween(new Interval(ByteString.Empty, ByteString.Empty), new Interval(key, ByteString.Empty)).Max;

    private static ByteString After(ByteString key) => ByteString.CopyFrom([.. key.Span, 0]);

    private static ByteString Min(ByteString left, ByteString right) =>
        ByteStringComparer.Instance.Compare(left, right) <= 0 ? left : right;

    private static ByteString Max(ByteString left, ByteString right) =>
        ByteStringComparer.Instance.Compare(left, right) >= 0 ? left : right;

    /// <summary>Intervals that do not overlap are in the order of their starts.</summary>
    private sealed record Interval(ByteString Start, ByteString End) : IComparable<Interval>
    {
        public int CompareTo(Interval? other) => ByteStringComparer.Instance.Compare(Start, other?.Start);
    }
}
