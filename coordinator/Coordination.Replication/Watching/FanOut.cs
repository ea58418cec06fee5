using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// Tells writes to the watchers of an index: finds who is concerned, makes each event's bytes once, and adds one delivery per watcher. A
/// watcher whose stream is full stops there. Belongs to the hub's turn.
/// </summary>
internal sealed class FanOut(IWatchEventEncoder encoder, WatchHubOptions options)
{
    /// <summary>What a response may take beside its events: the header, the id and the framing.</summary>
    private const int ResponseOverheadBytes = 64;

    /// <summary>For how many events of a write room is kept between writes.</summary>
    private const int EncodingsKept = 256;

    private readonly List<WatchedRange> _touched = [];
    private readonly List<Watcher> _stopped = [];
    private readonly List<byte[]> _chosen = [];
    private readonly List<WatchNotice> _notices = [];
    private readonly List<DeliveryQueue> _dirty = [];
    private int _encodings;
    private byte[]?[] _plain = [];
    private byte[]?[] _withPrevious = [];
    private long _eventsSent;

    /// <summary>Events that were given to streams, each for every watcher. Any thread.</summary>
    public long EventsSent => Volatile.Read(ref _eventsSent);

    /// <summary>The watchers that stopped since this was last cleared, at the revision that they need next.</summary>
    public List<Watcher> Stopped => _stopped;

    /// <summary>How many deliveries wait to be handed over.</summary>
    public int Undelivered { get; private set; }

    /// <summary>Tells one write.</summary>
    /// <param name="index">Whom.</param>
    /// <param name="events">The changes of the write.</param>
    /// <param name="currentRevision">What the responses show as the current revision.</param>
    /// <param name="view">Where to find what was before.</param>
    public void Tell(WatcherIndex index, ReadOnlySpan<KeyEvent> events, long currentRevision, StoreView view)
    {
        for (int i = 0; i < events.Length; i++)
        {
            index.Touch(events[i].Current.Key, i, _touched);
        }

        if (_touched.Count == 0)
        {
            return;
        }

        PrepareEncodings(events.Length);
        foreach (var range in _touched)
        {
            foreach (var group in range.Groups)
            {
                Tell(group, range.Touched, events, currentRevision, view);
            }

            range.Touched.Clear();
        }

        _touched.Clear();
    }

    /// <summary>Adds what is no event, whether or not the stream is full.</summary>
    public void Send(WatchStream stream, long watchId, WatchNotice notice)
    {
        MarkDirty(stream.Queue);
        stream.Queue.Add(new WatchDelivery(watchId, notice));
    }

    /// <summary>Adds the answer to a request.</summary>
    public void Answer(WatchStream stream, long watchId, WatchNotice notice)
    {
        MarkDirty(stream.Queue);
        stream.Answer(watchId, notice);
    }

    /// <summary>Hands everything that was added to the streams' readers.</summary>
    public void HandOver()
    {
        foreach (var queue in _dirty)
        {
            queue.HandOver();
        }

        _dirty.Clear();
        Undelivered = 0;
    }

    private void Tell(
        WatcherGroup group, List<int> places, ReadOnlySpan<KeyEvent> events, long currentRevision, StoreView view)
    {
        long revision = events[0].Current.ModRevision;
        _notices.Clear();
        var sent = 0;
        foreach (var watcher in group.Watchers)
        {
            if (!watcher.IsTaking || watcher.NextRevision > revision)
            {
                continue;
            }

            if (_notices.Count == 0 && !TryMakeNotices(group.Traits, places, events, currentRevision, view))
            {
                return;
            }

            sent += Tell(watcher, revision) ? 1 : 0;
        }

        Undelivered += sent;
        foreach (var notice in _notices)
        {
            Volatile.Write(ref _eventsSent, _eventsSent + ((long)sent * notice.EventCount));
        }
    }

    private bool Tell(Watcher watcher, long revision)
    {
        var queue = watcher.Stream.Queue;
        if (queue.IsFull)
        {
            watcher.IsTaking = false;
            watcher.NextRevision = revision;
            _stopped.Add(watcher);
            return false;
        }

        MarkDirty(queue);
        foreach (var notice in _notices)
        {
            queue.Add(new WatchDelivery(watcher.Id, notice));
        }

        watcher.IsQuiet = false;
        return true;
    }

    private void MarkDirty(DeliveryQueue queue)
    {
        if (!queue.IsDirty)
        {
            queue.IsDirty = true;
            _dirty.Add(queue);
        }
    }

    /// <summary>Makes the notices of the events that a group wants; false when it wants none.</summary>
    private bool TryMakeNotices(
        WatcherTraits traits, List<int> places, ReadOnlySpan<KeyEvent> events, long currentRevision, StoreView view)
    {
        _chosen.Clear();
        foreach (int place in places)
        {
            if ((traits & (events[place].IsDelete ? WatcherTraits.NoDelete : WatcherTraits.NoPut)) == 0)
            {
                _chosen.Add(Encode(events, place, traits.HasFlag(WatcherTraits.WithPrevious), view));
            }
        }

        if (_chosen.Count == 0)
        {
            return false;
        }

        int first = 0;
        while (first < _chosen.Count)
        {
            int count = traits.HasFlag(WatcherTraits.MayFragment) ? CountFitting(first) : _chosen.Count - first;
            _notices.Add(new WatchNotice(WatchNoticeKind.Events, currentRevision)
            {
                Events = Join(first, count),
                EventCount = count,
                EventRevision = events[0].Current.ModRevision,
                IsFragment = first + count < _chosen.Count,
            });
            first += count;
        }

        return true;
    }

    /// <summary>How many of the chosen events, at least one, make a response that is not too large.</summary>
    private int CountFitting(int first)
    {
        long bytes = ResponseOverheadBytes + _chosen[first].Length;
        int count = 1;
        while (first + count < _chosen.Count && bytes + _chosen[first + count].Length < options.ResponseBytesMax)
        {
            bytes += _chosen[first + count].Length;
            count++;
        }

        return count;
    }

    private byte[] Join(int first, int count)
    {
        if (count == 1)
        {
            return _chosen[first];
        }

        int length = 0;
        for (int i = first; i < first + count; i++)
        {
            length += _chosen[i].Length;
        }

        var joined = new byte[length];
        int end = 0;
        for (int i = first; i < first + count; i++)
        {
            _chosen[i].CopyTo(joined, end);
            end += _chosen[i].Length;
        }

        return joined;
    }

    private byte[] Encode(ReadOnlySpan<KeyEvent> events, int place, bool withPrevious, StoreView view)
    {
        // Without a key before the event there is nothing to tell the two encodings apart.
        var happened = events[place];
        ref byte[]? encoded = ref (withPrevious && happened.Before.Exists ? _withPrevious : _plain)[place];
        return encoded ??= encoder.Encode(happened, withPrevious ? view.FindBefore(happened) : null);
    }

    private void PrepareEncodings(int count)
    {
        if (_plain.Length < count || _plain.Length > Math.Max(count, EncodingsKept))
        {
            _plain = new byte[]?[Math.Max(count, EncodingsKept)];
            _withPrevious = new byte[]?[_plain.Length];
        }
        else
        {
            Array.Clear(_plain, 0, _encodings);
            Array.Clear(_withPrevious, 0, _encodings);
        }

        _encodings = count;
    }
}
