using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// The watchers that lag: that began in the past, or whose stream was full. Reads history for all of them together, a slice at a time, so
/// that live events never wait for long. Belongs to the hub's turn.
/// </summary>
internal sealed class CatchUp(FanOut fanOut, Adoptions adoptions, WatchHubOptions options)
{
    /// <summary>After how many deliveries a slice ends early.</summary>
    private const int DeliveriesMax = 16_384;

    private readonly WatcherIndex _index = new();
    private readonly HashSet<Watcher> _lagging = [];
    private readonly List<Watcher> _taking = [];
    private bool _newestFirst;
    private long _firstEnd;

    public int Count => _lagging.Count;

    /// <summary>Watchers that the last slice brought up to date.</summary>
    public List<Watcher> CaughtUp { get; } = [];

    /// <summary>Watchers whose next revision turned out to be compacted.</summary>
    public List<Watcher> Compacted { get; } = [];

    /// <summary>Watchers that have been told everything that the partition can tell them.</summary>
    public List<Watcher> Moved { get; } = [];

    public void Add(Watcher watcher)
    {
        watcher.IsTaking = false;
        _lagging.Add(watcher);
        _index.Add(watcher);
    }

    public void Remove(Watcher watcher)
    {
        _lagging.Remove(watcher);
        _index.Remove(watcher);
    }

    /// <summary>Reads and tells a slice of history to those whose streams have room.</summary>
    /// <param name="view">The state to read.</param>
    /// <param name="processed">The revision up to which live events were told: who gets there is up to date.</param>
    /// <returns>Whether there is more to do at once.</returns>
    public bool RunSlice(StoreView view, long processed)
    {
        CaughtUp.Clear();
        Compacted.Clear();
        Moved.Clear();
        if (_lagging.Count == 0 || !TryChoose(view, out long from))
        {
            return false;
        }

        var error = view.ReadHistory(from, options.HistorySliceChanges, options.HistorySliceBytes, _index.Watches, out var slice);

        // A partition that receives has no watchers yet, and one that has retired tells its history still.
        Invariant.Check(error is ApplyError.None or ApplyError.Compacted, $"History could not be read: {error}.");

        // If a compaction came in between, the next turn's view will show it, and who is concerned.
        Advance(view, error == ApplyError.None ? Tell(slice, view) : 0, processed);
        return true;
    }

    /// <summary>Notes how far those are that took part in a slice, and who is done with history.</summary>
    private void Advance(StoreView view, long reached, long processed)
    {
        foreach (var watcher in _taking)
        {
            long last = watcher.LastRevision(view);
            long told = Math.Min(reached, last);
            if (watcher.IsTaking && watcher.NextRevision <= told)
            {
                watcher.NextRevision = told + 1;
            }

            watcher.IsTaking = false;
            watcher.Stream.Watchers.ToldRevision = Math.Max(watcher.Stream.Watchers.ToldRevision, view.Revision);
            if (watcher.NextRevision > last)
            {
                Moved.Add(watcher);
            }
            else if (watcher.NextRevision > processed && last == long.MaxValue)
            {
                CaughtUp.Add(watcher);
            }
        }
    }

    /// <summary>
    /// Chooses who takes part. Slices begin by turns with who is furthest behind, so that everybody arrives in the end, and with who is
    /// nearest, so that one who reads a long history does not make others wait for it.
    /// </summary>
    private bool TryChoose(StoreView view, out long from)
    {
        _taking.Clear();
        long oldest = long.MaxValue;
        long newest = 0;
        _firstEnd = long.MaxValue;
        foreach (var watcher in _lagging)
        {
            long last = watcher.LastRevision(view);
            if (watcher.NextRevision > last)
            {
                Moved.Add(watcher);
            }
            else if (watcher.NextRevision < view.CompactRevision && !TryReturn(watcher, view))
            {
                Compacted.Add(watcher);
            }
            else if (watcher.Stream.Queue.TryResume())
            {
                _taking.Add(watcher);
                oldest = Math.Min(oldest, watcher.NextRevision);
                newest = Math.Max(newest, watcher.NextRevision);
                _firstEnd = Math.Min(_firstEnd, last);
            }
        }

        _newestFirst = !_newestFirst;
        from = _newestFirst ? newest : oldest;
        foreach (var watcher in _taking)
        {
            watcher.IsTaking = watcher.NextRevision >= from;
        }

        return _taking.Count > 0;
    }

    /// <summary>Passes over what a watcher was told elsewhere.</summary>
    private bool TryReturn(Watcher watcher, StoreView view)
    {
        if (adoptions.FindStart(watcher.Creation, view) is not { } start)
        {
            return false;
        }

        watcher.NextRevision = Math.Max(watcher.NextRevision, start);
        return true;
    }

    /// <summary>Tells the slice; answers up to which revision it did.</summary>
    private long Tell(HistorySlice slice, StoreView view)
    {
        var events = slice.Events.Span;
        int undelivered = fanOut.Undelivered;
        while (!events.IsEmpty)
        {
            long revision = events[0].Current.ModRevision;
            int count = 1;
            while (count < events.Length && events[count].Current.ModRevision == revision)
            {
                count++;
            }

            if (revision > _firstEnd)
            {
                EndBefore(revision, view);
            }

            fanOut.Tell(_index, events[..count], view.Revision, view);
            events = events[count..];
            if (fanOut.Undelivered - undelivered >= DeliveriesMax)
            {
                fanOut.Stopped.Clear();
                return revision;
            }
        }

        fanOut.Stopped.Clear();
        return slice.LastRevision;
    }

    /// <summary>Those who may not be told a revision take part no longer.</summary>
    private void EndBefore(long revision, StoreView view)
    {
        _firstEnd = long.MaxValue;
        foreach (var watcher in _taking)
        {
            long last = watcher.LastRevision(view);
            if (last >= revision)
            {
                _firstEnd = Math.Min(_firstEnd, last);
            }
            else if (watcher.IsTaking)
            {
                watcher.IsTaking = false;
                watcher.NextRevision = Math.Max(watcher.NextRevision, last + 1);
            }
        }
    }
}
