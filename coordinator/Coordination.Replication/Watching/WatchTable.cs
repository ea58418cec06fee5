using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// All watchers of a hub and how far each of them is: up to date, or lagging. The hub's state; belongs to its turn.
/// </summary>
internal sealed class WatchTable
{
    /// <summary>After how many deliveries the streams get theirs even if the turn is not over.</summary>
    private const int UndeliveredMax = 4_096;

    private readonly Func<StoreView> _view;
    private readonly WatchHubOptions _options;
    private readonly TimeProvider _time;
    private readonly FanOut _fanOut;
    private readonly CatchUp _catchUp;
    private readonly WatcherIndex _live = new();
    private readonly HashSet<WatchStream> _streams = [];
    private readonly List<WatchStream> _owingProgress = [];
    private long _processed;
    private int _watchers;
    private bool _isOver;

    public WatchTable(Func<StoreView> view, IWatchEventEncoder encoder, WatchHubOptions options, TimeProvider time)
    {
        _view = view;
        _options = options;
        _time = time;
        _fanOut = new FanOut(encoder, options);
        _catchUp = new CatchUp(_fanOut, options);
        _processed = view().Revision;
    }

    /// <summary>How many watchers there are. Any thread.</summary>
    public int WatcherCount => Volatile.Read(ref _watchers);

    /// <summary>How many of them lag. Any thread, roughly.</summary>
    public int LaggingCount => _catchUp.Count;

    /// <inheritdoc cref="FanOut.EventsSent"/>
    public long EventsSent => _fanOut.EventsSent;

    public void Open(WatchStream stream) => _streams.Add(stream);

    /// <summary>Forgets a stream and its watchers; false when it is forgotten already.</summary>
    public bool Close(WatchStream stream)
    {
        if (!_streams.Remove(stream))
        {
            return false;
        }

        stream.StopNotifying();
        if (!_isOver)
        {
            foreach (var watcher in stream.Watchers.All.ToList())
            {
                Remove(watcher);
            }
        }

        return true;
    }

    /// <summary>Ends all streams. Their owners close them; apart from that nothing may be asked any more.</summary>
    public void EndAll()
    {
        _isOver = true;
        foreach (var stream in _streams)
        {
            stream.Queue.EndWith(WatchStreamEnd.Stopped);
        }
    }

    public void Create(WatchStream stream, WatchCreation creation)
    {
        // What a client can have seen by now is in the view, though it may not have come here yet: "from now on" begins after it.
        long revision = _view().Revision;
        stream.Watchers.ToldRevision = Math.Max(stream.Watchers.ToldRevision, revision);
        var refusal = RefusalOf(stream, creation);
        if (refusal != WatchRefusal.None)
        {
            _fanOut.Answer(
                stream, WatchNotice.NoWatcher, new WatchNotice(WatchNoticeKind.Refused, revision) { Refusal = refusal });
            return;
        }

        if (_watchers == 0)
        {
            // Nobody has missed anything that was not told here while there were no streams.
            _processed = Math.Max(_processed, revision);
        }

        long id = creation.WatchId == 0 ? stream.Watchers.NextId() : creation.WatchId;
        Add(new Watcher(stream, id, creation, creation.StartRevision == 0 ? revision + 1 : creation.StartRevision));
        _fanOut.Answer(stream, id, new WatchNotice(WatchNoticeKind.Created, revision));
    }

    public void Cancel(WatchStream stream, long watchId)
    {
        if (!stream.Watchers.TryFind(watchId, out var watcher))
        {
            stream.Done();
            return;
        }

        Remove(watcher);
        long revision = _view().Revision;
        stream.Watchers.ToldRevision = Math.Max(stream.Watchers.ToldRevision, revision);
        _fanOut.Answer(stream, watchId, new WatchNotice(WatchNoticeKind.Canceled, revision));
    }

    /// <summary>Answers a progress request now, or notes that an answer is owed: one for all requests until then.</summary>
    public void RequestProgress(WatchStream stream)
    {
        if (stream.Watchers.Count > 0 && stream.Watchers.IsCaughtUp(_processed))
        {
            _fanOut.Answer(stream, WatchNotice.NoWatcher, new WatchNotice(WatchNoticeKind.Progress, _processed));
            return;
        }

        stream.Done();
        if (stream.Watchers.Count > 0 && !stream.Watchers.OwesProgress)
        {
            stream.Watchers.OwesProgress = true;
            _owingProgress.Add(stream);
        }
    }

    /// <summary>Tells the quiet watchers of a stream that asked for it how far they are.</summary>
    public void NotifyProgress(WatchStream stream)
    {
        stream.Notified();
        bool mayTell = stream.Watchers.ToldRevision <= _processed && !stream.Queue.IsFull;
        foreach (var watcher in stream.Watchers.All)
        {
            if (!watcher.Creation.ProgressNotify)
            {
                continue;
            }

            if (mayTell && watcher.IsQuiet && !watcher.IsLagging && watcher.Creation.StartRevision <= _processed)
            {
                _fanOut.Send(stream, watcher.Id, new WatchNotice(WatchNoticeKind.Progress, _processed));
            }

            watcher.IsQuiet = true;
        }
    }

    /// <summary>Tells committed writes.</summary>
    public void Tell(IReadOnlyList<AppliedWrite> writes)
    {
        var now = _view();
        for (int i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            if (write.Revision <= _processed)
            {
                continue;
            }

            if (write.Revision != _processed + 1)
            {
                FallBehind(write.Revision);
                continue;
            }

            _processed = write.Revision;
            if (_watchers > _catchUp.Count)
            {
                _fanOut.Tell(_live, write.Events, write.Revision, now);
                StopFull();
            }

            if (_fanOut.Undelivered >= UndeliveredMax)
            {
                _fanOut.HandOver();
            }
        }
    }

    /// <summary>Writes were committed that will not be told: everybody reads them from history.</summary>
    public void Miss()
    {
        long revision = _view().Revision;
        if (revision > _processed)
        {
            FallBehind(revision);
        }
    }

    /// <summary>Ends a turn: a slice of history for who lags, the progress that is owed, and everything to the streams.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    public bool EndTurn()
    {
        bool hasMore = RunCatchUp();
        _owingProgress.RemoveAll(TryPayProgress);
        _fanOut.HandOver();
        return hasMore;
    }

    private static WatchRefusal RefusalOf(WatchStream stream, WatchCreation creation) =>
        creation.StartRevision < 0 ? WatchRefusal.CompactedStart
        : creation.Range.IsEmpty ? WatchRefusal.EmptyRange
        : creation.WatchId != 0 && stream.Watchers.HasId(creation.WatchId) ? WatchRefusal.DuplicateId
        : WatchRefusal.None;

    /// <summary>Tells the progress that a stream is owed if it can be told now; false if it is owed still.</summary>
    private bool TryPayProgress(WatchStream stream)
    {
        if (stream.Watchers.Count > 0)
        {
            if (!stream.Watchers.IsCaughtUp(_processed))
            {
                return false;
            }

            _fanOut.Send(stream, WatchNotice.NoWatcher, new WatchNotice(WatchNoticeKind.Progress, _processed));
        }

        stream.Watchers.OwesProgress = false;
        return true;
    }

    private bool RunCatchUp()
    {
        if (_catchUp.Count == 0)
        {
            return false;
        }

        var now = _view();
        bool hasMore = _catchUp.RunSlice(now, _processed);
        foreach (var watcher in _catchUp.Compacted)
        {
            // As etcd does, without a revision of its own.
            _fanOut.Send(
                watcher.Stream,
                watcher.Id,
                new WatchNotice(WatchNoticeKind.Compacted, 0) { CompactRevision = now.CompactRevision });
            Remove(watcher);
        }

        foreach (var watcher in _catchUp.CaughtUp)
        {
            _catchUp.Remove(watcher);
            watcher.IsLagging = false;
            watcher.IsTaking = true;
            watcher.Stream.Watchers.LaggingCount--;
            _live.Add(watcher);
        }

        return hasMore;
    }

    private void Add(Watcher watcher)
    {
        watcher.Stream.Watchers.Add(watcher);
        Volatile.Write(ref _watchers, _watchers + 1);
        if (watcher.NextRevision <= _processed)
        {
            Lag(watcher);
        }
        else
        {
            watcher.IsTaking = true;
            _live.Add(watcher);
        }

        if (watcher.Creation.ProgressNotify)
        {
            var interval = _options.ProgressNotifyInterval;
            watcher.Stream.StartNotifying(_time, interval + (interval * Random.Shared.NextDouble() / 10));
        }
    }

    private void Remove(Watcher watcher)
    {
        watcher.Stream.Watchers.Remove(watcher);
        Volatile.Write(ref _watchers, _watchers - 1);
        if (watcher.IsLagging)
        {
            watcher.Stream.Watchers.LaggingCount--;
            _catchUp.Remove(watcher);
        }
        else
        {
            _live.Remove(watcher);
        }
    }

    private void StopFull()
    {
        foreach (var watcher in _fanOut.Stopped)
        {
            _live.Remove(watcher);
            Lag(watcher);
        }

        _fanOut.Stopped.Clear();
    }

    private void Lag(Watcher watcher)
    {
        watcher.IsLagging = true;
        watcher.Stream.Watchers.LaggingCount++;
        _catchUp.Add(watcher);
    }

    private void FallBehind(long revision)
    {
        foreach (var stream in _streams)
        {
            foreach (var watcher in stream.Watchers.All)
            {
                if (!watcher.IsLagging && watcher.NextRevision <= revision)
                {
                    watcher.NextRevision = Math.Max(watcher.NextRevision, _processed + 1);
                    _live.Remove(watcher);
                    Lag(watcher);
                }
            }
        }

        _processed = revision;
    }
}
