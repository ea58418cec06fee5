using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// What a call's client is told of what partitions tell: events as they are, everything else once for each watch, however many parts that
/// has. Called by the lanes' loops; takes the call's lock.
/// </summary>
internal sealed class WatchTelling(WatchLanes lanes, WatchMoves moves)
{
    /// <summary>How many deliveries are looked at before what comes of them is written.</summary>
    private const int TranslatedMax = 512;

    private ProgressRound? _round;

    /// <summary>Begins to ask how far all watches are, unless that cannot be told or is being asked; whom to ask.</summary>
    public IReadOnlyList<WatchLane> BeginRound()
    {
        lock (lanes.Watches.Gate)
        {
            WatchLane[] asked = [.. lanes.Busy];
            if (asked is [] or [{ Feed.IsLocal: true }])
            {
                // One that is asked alone answers for all.
                return asked;
            }

            bool isOnItsWay = lanes.Watches.All.Any(static watch => watch.Parts.Any(static part => part.Lane is null));
            if (isOnItsWay || _round is not null)
            {
                _round?.Repeat();
                return [];
            }

            _round = new ProgressRound(asked);
            return asked;
        }
    }

    /// <summary>Not everybody who was asked will answer. Under the call's lock.</summary>
    public void EndRound() => _round = null;

    /// <summary>What the client is told of what a lane tells, from the first delivery on; the bytes of events stay what they are.</summary>
    public int Translate(WatchLane lane, ReadOnlyMemory<WatchDelivery> deliveries, out ReadOnlyMemory<WatchDelivery> told)
    {
        var all = deliveries.Span;
        lock (lanes.Watches.Gate)
        {
            int plain = 0;
            while (lane.IsDirect && plain < all.Length && all[plain].Notice.Kind == WatchNoticeKind.Events)
            {
                plain++;
            }

            if (plain > 0)
            {
                told = deliveries[..plain];
                return plain;
            }

            var translated = new List<WatchDelivery>();
            int taken = 0;
            while (taken < Math.Min(all.Length, TranslatedMax))
            {
                var delivery = all[taken++];
                if ((delivery.Notice.Kind == WatchNoticeKind.Events ? lane.Translate(delivery) : Handle(lane, delivery)) is { } own)
                {
                    translated.Add(own);
                }
            }

            told = translated.ToArray();
            return taken;
        }
    }

    /// <summary>What is no event: what it means for the watch, and what the client is told of it.</summary>
    private WatchDelivery? Handle(WatchLane lane, WatchDelivery delivery)
    {
        var notice = delivery.Notice;
        if (notice.Kind == WatchNoticeKind.Progress && delivery.WatchId == WatchNotice.NoWatcher)
        {
            return HandleProgress(lane, notice);
        }

        if (!lane.TryFind(delivery.WatchId, out var part))
        {
            return null;
        }

        var watch = part.Watch;
        switch (notice.Kind)
        {
            case WatchNoticeKind.Created:
                part.IsCreated = true;
                part.NextRevision = part.NextRevision == 0 ? notice.Revision + 1 : part.NextRevision;
                bool isNew = !watch.IsAnnounced;
                lanes.Watches.Announce(watch);
                return isNew ? new WatchDelivery(watch.Id, notice) : null;
            case WatchNoticeKind.Progress:
                return watch.Parts.Count == 1 && !watch.IsEnded ? new WatchDelivery(watch.Id, notice) : null;
            default:
                Remove(part, lane);
                return watch.IsEnded ? null : HandleEnd(part, notice);
        }
    }

    /// <summary>A part has ended, and its watch perhaps with it.</summary>
    private WatchDelivery? HandleEnd(WatchPart part, WatchNotice notice)
    {
        var watch = part.Watch;
        switch (notice.Kind)
        {
            case WatchNoticeKind.Compacted:
                lanes.Watches.End(watch);
                var others = WatchLanes.SentPartsOf(watch);
                lanes.Work.Run(() => WatchLanes.ForgetAsync(others));
                return new WatchDelivery(watch.Id, notice);
            case var _ when watch.IsCanceling:
                return watch.Parts.Count == 0 ? lanes.EndCanceled(watch, notice.Revision) : null;
            case WatchNoticeKind.Moved:
                part.NextRevision = Math.Max(part.NextRevision, notice.Revision + 1);
                moves.Follow(part, notice.Delegation);
                return null;
            case WatchNoticeKind.Refused:
                lanes.Work.Run(() => moves.OpenAsync(watch, isRetry: true));
                return null;
            default:
                throw new InvalidOperationException($"A partition told {notice.Kind} of a watch that nobody ended.");
        }
    }

    private WatchDelivery? HandleProgress(WatchLane lane, WatchNotice notice)
    {
        lane.NoteProgress(notice.Revision);
        if (_round is null)
        {
            bool isAnswer = lane.Feed.IsLocal && lanes.Busy.Count() <= 1;
            return isAnswer ? new WatchDelivery(WatchNotice.NoWatcher, notice) : null;
        }

        if (_round.Note(lane, notice.Revision) is not { } revision)
        {
            return null;
        }

        if (_round.IsRepeated)
        {
            lanes.Work.Run(lanes.RequestProgressAsync);
        }

        _round = null;
        return new WatchDelivery(WatchNotice.NoWatcher, new WatchNotice(WatchNoticeKind.Progress, revision));
    }

    private void Remove(WatchPart part, WatchLane lane)
    {
        lane.Remove(part);
        part.Watch.Parts.Remove(part);
        if (!lane.HasParts)
        {
            // It would not answer any more.
            _round = null;
        }
    }
}
