namespace Coordination.Raft;

/// <summary>
/// Which part of the log is on this replica's disk, while several writes are under way and the log changes meanwhile. The trap: a write
/// of entries 5 to 7 of term 2 is under way, a new leader replaces 6 and 7 by its own, and only then the first write is reported durable.
/// It proves nothing about the new 6 and 7, so a truncation also lowers what every write under way can prove.
/// </summary>
internal sealed class Durability
{
    private readonly Queue<Write> _underWay = new();
    private long _lastIssued;
    private long _lastAcknowledged;

    /// <summary>Starts with a log that is wholly on disk up to <paramref name="durable"/>.</summary>
    public Durability(LogIndex durable) => Index = durable;

    /// <summary>The last position of the present log that is on disk.</summary>
    public LogIndex Index { get; private set; }

    /// <summary>The number of the last write handed out.</summary>
    public long LastIssued => _lastIssued;

    /// <summary>The number of the last write known to be durable.</summary>
    public long LastAcknowledged => _lastAcknowledged;

    /// <summary>A write was handed out that contains the present log up to <paramref name="last"/>; returns its number.</summary>
    public long Issue(LogIndex last)
    {
        _lastIssued++;
        _underWay.Enqueue(new Write(_lastIssued, last));
        return _lastIssued;
    }

    /// <summary>Every write up to <paramref name="sequence"/> is durable.</summary>
    public void Acknowledge(long sequence)
    {
        Invariant.Check(
            sequence <= _lastIssued, $"Write {sequence} was acknowledged, but only {_lastIssued} writes were handed out.");
        while (_underWay.TryPeek(out var write) && write.Sequence <= sequence)
        {
            _underWay.Dequeue();
            _lastAcknowledged = write.Sequence;
            Index = LogIndex.Max(Index, write.Last);
        }
    }

    /// <summary>The log was cut: everything from <paramref name="first"/> on is no longer what was, or is being, written.</summary>
    public void Truncate(LogIndex first)
    {
        var last = first.Previous();
        Index = LogIndex.Min(Index, last);
        for (int i = _underWay.Count; i > 0; i--)
        {
            var write = _underWay.Dequeue();
            _underWay.Enqueue(write with { Last = LogIndex.Min(write.Last, last) });
        }
    }

    private readonly record struct Write(long Sequence, LogIndex Last);
}
