using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Which segments hold a partition's live entries: runs of consecutive entries, each with the segment it lies in, ascending in both. The
/// first run says which is the oldest segment the partition still needs. One run per segment at most, so the list stays short.
/// </summary>
internal sealed class EntryRuns
{
    /// <summary>The segment of entries that are buffered: it is only known when the batch is written.</summary>
    public const ulong BufferedSegment = ulong.MaxValue;

    private readonly List<Run> _runs = [];

    /// <summary>The oldest segment with a live entry, or <see cref="BufferedSegment"/> when no written segment has one.</summary>
    public ulong OldestSegment => _runs.Count == 0 ? BufferedSegment : _runs[0].Segment;

    /// <summary>Entries from <paramref name="first"/> on were added; older ones from there on are dead.</summary>
    public void Append(LogIndex first, ulong segment)
    {
        while (_runs.Count > 0 && _runs[^1].First >= first)
        {
            _runs.RemoveAt(_runs.Count - 1);
        }

        if (_runs.Count == 0 || _runs[^1].Segment != segment)
        {
            Invariant.Check(_runs.Count == 0 || _runs[^1].Segment < segment, $"Segment {segment} gets entries after a newer one.");
            _runs.Add(new Run(first, segment));
        }
    }

    /// <summary>The buffered entries were written to <paramref name="segment"/>.</summary>
    public void Place(ulong segment)
    {
        if (_runs.Count == 0 || _runs[^1].Segment != BufferedSegment)
        {
            return;
        }

        var run = _runs[^1];
        _runs.RemoveAt(_runs.Count - 1);
        if (_runs.Count == 0 || _runs[^1].Segment != segment)
        {
            _runs.Add(run with { Segment = segment });
        }
    }

    /// <summary>Entries up to <paramref name="through"/> are dead, of a log that ends at <paramref name="last"/>.</summary>
    public void Compact(LogIndex through, LogIndex last)
    {
        int dead = 0;
        while (dead < _runs.Count && (dead + 1 < _runs.Count ? _runs[dead + 1].First.Previous() : last) <= through)
        {
            dead++;
        }

        _runs.RemoveRange(0, dead);
    }

    public void Clear() => _runs.Clear();

    private readonly record struct Run(LogIndex First, ulong Segment);
}
