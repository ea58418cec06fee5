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
    private readonly List<(WatchStream Stream, WatchCreation Creation)> _deferred = [];
    private readonly ProgressTable _progress;
    private long _processed;
    private int _watchers;
    private bool _isOver;

    public WatchTable(
        Func<StoreView> view, Adoptions adoptions, IWatchEventEncoder encoder, WatchHubOptions options, TimeProvider time)
    {
        _view = view;
        _options = options;
        _time = time;
        _fanOut = new FanOut(encoder, options);
        _catchUp = new CatchUp(_fanOut, adoptions, options);
        _progress = new ProgressTable(_fanOut);
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
        _deferred.RemoveAll(deferred => deferred.Stream == stream);
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
        var now = _view();
        if (now.Ownership.Phase == PartitionPhase.Receiving)
        {
            // It answers as soon as it serves: whoever asks knows that it does, or that it soon will.
            _deferred.Add((stream, creation));
            return;
        }

        long revision = now.Revision;
        stream.Watchers.ToldRevision = Math.Max(stream.Watchers.ToldRevision, revision);
        var refusal = RefusalOf(stream, creation, now.Ownership);
        if (refusal != WatchRefusal.None)
        {
            // As in etcd, without an id; a refusal that clients are not told has it, for whoever tries again.
            long refused = refusal == WatchRefusal.WrongPartition ? creation.WatchId ?? WatchNotice.NoWatcher : WatchNotice.NoWatcher;
            _fanOut.Answer(stream, refused, new WatchNotice(WatchNoticeKind.Refused, revision) { Refusal = refusal });
            return;
        }

        if (_watchers == 0)
        {
            // Nobody has missed anything that was not told here while there were no streams.
            _processed = Math.Max(_processed, revision);
        }

        long id = creation.WatchId ?? stream.Watchers.NextId();
        Add(new Watcher(stream, id, creation, creation.StartRevision == 0 ? revision + 1 : creation.StartRevision), now);
        _fanOut.Answer(stream, id, new WatchNotice(WatchNoticeKind.Created, revision));
    }

    public void Cancel(WatchStream stream, long watchId)
    {
        if (stream.Watchers.TryFind(watchId, out var watcher))
        {
            Remove(watcher);
        }
        else if (_deferred.RemoveAll(deferred => deferred.Stream == stream && deferred.Creation.WatchId == watchId) > 0)
        {
            // The creation needs no answer any more.
            stream.Done();
        }
        else
        {
            stream.Done();
            return;
        }

        long revision = _view().Revision;
        stream.Watchers.ToldRevision = Math.Max(stream.Watchers.ToldRevision, revision);
        _fanOut.Answer(stream, watchId, new WatchNotice(WatchNoticeKind.Canceled, revision));
    }

    /// <inheritdoc cref="ProgressTable.Request"/>
    public void RequestProgress(WatchStream stream) => _progress.Request(stream, _processed);

    /// <inheritdoc cref="ProgressTable.Notify"/>
    public void NotifyProgress(WatchStream stream) => _progress.Notify(stream, _processed);

    /// <summary>Tells committed writes.</summary>
    public void Tell(IReadOnlyList<AppliedWrite> writes)
    {
        var now = _view();
        for (int i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            if (write.Delegated is { } delegation && write.PreviousRevision <= _processed)
            {
                EndMoved(delegation, now);
            }

            if (write.Revision <= _processed)
            {
                continue;
            }

            if (write.PreviousRevision > _processed)
            {
                FallBehind(write.Revision);
                continue;
            }

            _processed = write.Revision;
            if (write.Events.Length > 0 && _watchers > _catchUp.Count)
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

        CheckOwnership();
    }

    /// <summary>
    /// Whoever watches what the partition does not own any more reads history to its end; and who waits for it to serve is answered if it
    /// does.
    /// </summary>
    public void CheckOwnership()
    {
        var now = _view();
        foreach (var watcher in _streams.SelectMany(static stream => stream.Watchers.All))
        {
            if (!watcher.IsLagging && watcher.LastRevision(now) != long.MaxValue)
            {
                watcher.NextRevision = Math.Max(watcher.NextRevision, _processed + 1);
                _live.Remove(watcher);
                Lag(watcher);
            }
        }

        if (now.Ownership.Phase != PartitionPhase.Receiving)
        {
            (WatchStream Stream, WatchCreation Creation)[] deferred = [.. _deferred];
            _deferred.Clear();
            foreach (var (stream, creation) in deferred)
            {
                Create(stream, creation);
            }
        }
    }

    /// <summary>Ends a turn: a slice of history for who lags, the progress that is owed, and everything to the streams.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    public bool EndTurn()
    {
        bool hasMore = RunCatchUp();
        _progress.Pay(_processed);
        _fanOut.HandOver();
        return hasMore;
    }

    private static WatchRefusal RefusalOf(WatchStream stream, WatchCreation creation, Ownership ownership) =>
        creation.StartRevision < 0 ? WatchRefusal.CompactedStart
        : creation.Range.IsEmpty ? WatchRefusal.EmptyRange
        : creation.WatchId is { } id && stream.Watchers.HasId(id) ? WatchRefusal.DuplicateId
        : creation.StartRevision == 0 && !ownership.Owns(creation.Range) ? WatchRefusal.WrongPartition
        : WatchRefusal.None;

    /// <summary>
    /// Ends the watchers of keys that were given away and that have been told everything until then; those that lag come to it later.
    /// </summary>
    private void EndMoved(Delegation delegation, StoreView now)
    {
        List<Watcher> moved = [.. _streams.SelectMany(static stream => stream.Watchers.All).Where(
            watcher => (!watcher.IsLagging || watcher.NextRevision > delegation.Revision)
                && delegation.Range.Intersects(watcher.Creation.Range))];
        foreach (var watcher in moved)
        {
            End(watcher, delegation.Revision, delegation);
        }
    }

    private void End(Watcher watcher, long lastRevision, Delegation? delegation)
    {
        _fanOut.Send(
            watcher.Stream, watcher.Id, new WatchNotice(WatchNoticeKind.Moved, lastRevision) { Delegation = delegation });
        Remove(watcher);
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

        foreach (var watcher in _catchUp.Moved)
        {
            End(watcher, watcher.LastRevision(now), watcher.MovedBy);
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

    private void Add(Watcher watcher, StoreView now)
    {
        watcher.Stream.Watchers.Add(watcher);
        Volatile.Write(ref _watchers, _watchers + 1);
        if (watcher.NextRevision <= _processed || watcher.LastRevision(now) != long.MaxValue)
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
