using System.Diagnostics.CodeAnalysis;
using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>
/// A client's stream with one watcher, and the judge of what comes out: every change of the range from the start revision on, in order, once,
/// those of a revision together, and none that a notice of progress had passed over.
/// </summary>
[SuppressMessage("Reliability", "CA2012", Justification = Polled)]
[SuppressMessage("Usage", "VSTHRD002", Justification = Polled)]
internal sealed class WatchedStream
{
    private const string Polled = "Looked at until it is complete, then taken once: awaited, it would go on on another thread.";
    private readonly PartitionHistory _history;
    private readonly HostedReplica _replica;
    private readonly KeyRange _range;
    private readonly long _start;
    private readonly WatchStream _stream;
    private ValueTask<ReadOnlyMemory<WatchDelivery>> _next;
    private bool _isCreated;
    private bool _isOver;
    private long _due;

    /// <summary>Opens the stream and asks for the watcher.</summary>
    public WatchedStream(PartitionHistory history, HostedReplica replica, KeyRange range, long start)
    {
        _history = history;
        _replica = replica;
        _range = range;
        _start = start;
        _stream = replica.Replica.Watches.OpenStream();
        Require(_stream.CreateAsync(new WatchCreation(range) { StartRevision = start, ProgressNotify = true }, CancellationToken.None));
        _next = _stream.TakeAsync();
    }

    /// <summary>Whether something has happened that the client was not told.</summary>
    public bool IsBehind => !_isOver && (!_isCreated || FirstUntold(_history.Revision) is not null);

    /// <summary>Ends the stream.</summary>
    public void Close() => _stream.Dispose();

    /// <summary>Asks for progress.</summary>
    public void AskProgress() => Require(_stream.RequestProgressAsync(CancellationToken.None));

    /// <summary>Takes what there is; false when the watcher is over.</summary>
    public bool Poll()
    {
        while (!_isOver && _next.IsCompletedSuccessfully)
        {
            var deliveries = _next.Result;
            _isOver = deliveries.IsEmpty;
            foreach (var delivery in deliveries.Span)
            {
                Take(delivery.Notice);
            }

            if (!_isOver)
            {
                _next = _stream.TakeAsync();
            }
        }

        if (_isOver)
        {
            Close();
        }

        return !_isOver;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{_replica}: the watcher from revision {_start} on needs revision {_due} of {_history.Revision}{(_isCreated ? "" : ", not created")}";

    /// <summary>Requests are few: there is always room for one.</summary>
    private static void Require(ValueTask request)
    {
        if (!request.IsCompletedSuccessfully)
        {
            throw new ViolationException(Rules.WatchedEvents, "A stream takes no request although hardly any is unanswered.");
        }
    }

    private void Take(WatchNotice notice)
    {
        if (notice.Revision > _history.Revision)
        {
            throw Broken($"speaks of revision {notice.Revision}, but {_history.Revision} is the last.");
        }

        switch (notice.Kind)
        {
            case WatchNoticeKind.Created:
                _isCreated = true;
                _due = _start > 0 ? _start : notice.Revision + 1;
                break;
            case WatchNoticeKind.Events:
                TakeEvents(WatchEventText.Lines(notice));
                break;
            case WatchNoticeKind.Progress:
                PassTo(notice.Revision);
                break;
            case WatchNoticeKind.Compacted when _due >= notice.CompactRevision:
                throw Broken($"ends for a compaction at {notice.CompactRevision}.");
            default:
                _isOver = true;
                break;
        }
    }

    private void TakeEvents(string[] lines)
    {
        int taken = 0;
        while (taken < lines.Length)
        {
            long revision = WatchEventText.RevisionOf(lines[taken]);
            if (revision < _due)
            {
                throw Broken($"is told of revision {revision} again.");
            }

            PassTo(revision - 1);
            string[] expected = [.. _history.EventsOf(revision, _range).Order(StringComparer.Ordinal)];
            string[] told = [.. lines.Skip(taken).TakeWhile(line => WatchEventText.RevisionOf(line) == revision)];
            taken += told.Length;
            if (!told.Order(StringComparer.Ordinal).SequenceEqual(expected))
            {
                throw Broken($"is told [{string.Join(", ", told)}] of revision {revision} instead of [{string.Join(", ", expected)}].");
            }

            _due = revision + 1;
        }
    }

    /// <summary>Nothing of what is passed over may concern the watcher.</summary>
    private void PassTo(long revision)
    {
        if (FirstUntold(revision) is { } untold)
        {
            throw Broken($"is told to have heard everything up to revision {revision}, but was not told of {untold}.");
        }

        _due = Math.Max(_due, revision + 1);
    }

    private long? FirstUntold(long last)
    {
        for (long revision = _due; revision <= last; revision++)
        {
            if (_history.EventsOf(revision, _range).Any())
            {
                return revision;
            }
        }

        return null;
    }

    private ViolationException Broken(string what) => new(Rules.WatchedEvents, $"{this} {what}");
}
