using Coordination.Protocol.Etcd;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// The feeds of one call, each with a loop that sends what it tells, and the parts of watches on them. A part that a partition ends, because
/// its keys moved, goes on where they are; one whose feed ended goes on at another replica; from the first revision that was not told, so
/// that nothing is lost or told twice. From any thread.
/// </summary>
internal sealed class WatchLanes : IAsyncDisposable
{
    /// <summary>How many deliveries are looked at before what comes of them is written.</summary>
    private const int TranslatedMax = 512;

    private readonly WatchFeeds _feeds;
    private readonly WatchOutput _output;
    private readonly CancellationToken _ending;
    private readonly WatchMoves _moves;
    private readonly Dictionary<uint, WatchLane> _lanes = [];
    private readonly Dictionary<uint, int> _attempts = [];
    private readonly List<Task> _tasks = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ProgressRound? _round;

    public WatchLanes(WatchFeeds feeds, WatchOutput output, CancellationToken ending)
    {
        _feeds = feeds;
        _output = output;
        _ending = ending;
        _moves = new WatchMoves(feeds, this, ending);
        lock (Watches.Gate)
        {
            OpenLocked(0);
        }
    }

    /// <summary>The watches of the call.</summary>
    public ClientWatches Watches { get; } = new();

    /// <summary>Completes when the call has to end: partition 0's replica stopped, or the client reads no more; fails when a loop did.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Opens a watch whose parts are to be found; returns when it is on its way.</summary>
    public Task OpenAsync(ClientWatch watch) => _moves.OpenAsync(watch, isRetry: false);

    /// <summary>Asks a part's partition for it; returns when it is asked, which may take as long as nobody has a replica.</summary>
    public async Task PlaceAsync(WatchPart part)
    {
        while (true)
        {
            WatchLane? lane;
            WatchCreation? creation = null;
            lock (Watches.Gate)
            {
                if (!part.Watch.IsWanted)
                {
                    return;
                }

                lane = _lanes.GetValueOrDefault(part.Partition) ?? OpenLocked(part.Partition);
                if (lane is not null)
                {
                    lane.Add(part);
                    creation = part.ToCreation();
                }
            }

            if (lane is not null && creation is not null)
            {
                await SendAsync(part, lane, creation);
                return;
            }

            if (!await _moves.AwaitOwnerAsync(part))
            {
                return;
            }
        }
    }

    /// <summary>Ends a watch, if there is one with the id.</summary>
    public async Task CancelAsync(long id)
    {
        List<(WatchLane Lane, long Number)> asked = [];
        WatchDelivery? answer = null;
        lock (Watches.Gate)
        {
            if (Watches.BeginCancel(id) is not { } watch)
            {
                return;
            }

            watch.Parts.RemoveWhere(static part => part.Lane is null);
            asked.AddRange(SentPartsOf(watch));
            answer = watch.Parts.Count == 0 ? EndCanceled(watch, _feeds.Revision) : null;
        }

        if (answer is { } delivery)
        {
            await TellAsync(delivery);
        }

        foreach (var (lane, number) in asked)
        {
            await AskAsync(lane, feed => feed.CancelAsync(number, lane.Ended));
        }
    }

    /// <summary>Asks how far all watches are. While one is on its way to another partition there is no answer, and the client asks again.</summary>
    public async Task RequestProgressAsync()
    {
        WatchLane[] asked;
        lock (Watches.Gate)
        {
            asked = [.. _lanes.Values.Where(static lane => lane.HasParts)];
            if (asked is not [{ Feed.IsLocal: true }])
            {
                bool isOnItsWay = Watches.All.Any(static watch => watch.Parts.Any(static part => part.Lane is null));
                if (asked.Length == 0 || isOnItsWay || _round is not null)
                {
                    _round?.Repeat();
                    return;
                }

                _round = new ProgressRound(asked);
            }
        }

        foreach (var lane in asked)
        {
            await AskAsync(lane, feed => feed.RequestProgressAsync(lane.Ended));
        }
    }

    /// <summary>Tells the client something that no partition told.</summary>
    public async Task TellAsync(WatchDelivery delivery) => await _output.WriteAsync(
        new[] { delivery }, TermOf(0), static (ReadOnlyMemory<WatchDelivery> all, out ReadOnlyMemory<WatchDelivery> told) =>
        {
            told = all;
            return all.Length;
        });

    /// <summary>Tells the client something that there is no notice for.</summary>
    public Task TellAsync(WatchResponse response) => _output.WriteAsync(response, TermOf(0));

    /// <summary>Runs something that goes on beside the call's requests, until it ends or the call does.</summary>
    public void Run(Func<Task> work)
    {
        lock (Watches.Gate)
        {
            _tasks.RemoveAll(static task => task.IsCompletedSuccessfully);
            _tasks.Add(Task.Run(() => GuardAsync(work)));
        }
    }

    /// <summary>Ends the call.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>After the call was ended: waits until nothing goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        while (true)
        {
            Task[] left;
            lock (Watches.Gate)
            {
                foreach (var lane in _lanes.Values)
                {
                    lane.Feed.Dispose();
                }

                left = [.. _tasks.Where(static task => !task.IsCompleted)];
            }

            if (left.Length == 0)
            {
                return;
            }

            await Task.WhenAll(left);
        }
    }

    private static IEnumerable<(WatchLane Lane, long Number)> SentPartsOf(ClientWatch watch)
    {
        foreach (var part in watch.Parts)
        {
            if (part is { IsSent: true, Lane: { } lane })
            {
                yield return (lane, part.Number);
            }
        }
    }

    private WatchLane? OpenLocked(uint partition)
    {
        if (_ending.IsCancellationRequested || _feeds.Open(partition, _attempts.GetValueOrDefault(partition)) is not { } feed)
        {
            return null;
        }

        var lane = new WatchLane(partition, feed, _ending);
        _lanes.Add(partition, lane);
        Run(() => ServeAsync(lane));
        return lane;
    }

    private ulong TermOf(uint partition)
    {
        lock (Watches.Gate)
        {
            return _lanes.TryGetValue(partition, out var lane) ? lane.Feed.Term : 0;
        }
    }

    private async Task SendAsync(WatchPart part, WatchLane lane, WatchCreation creation)
    {
        await AskAsync(lane, feed => feed.CreateAsync(creation, lane.Ended));
        bool isUnwanted;
        lock (Watches.Gate)
        {
            part.IsSent = part.Lane == lane;
            isUnwanted = part.IsSent && !part.Watch.IsWanted;
        }

        if (isUnwanted)
        {
            await AskAsync(lane, feed => feed.CancelAsync(creation.WatchId ?? 0, lane.Ended));
        }
    }

    /// <summary>If the lane has ended, whoever sees to its parts does it without being asked.</summary>
    private static async ValueTask AskAsync(WatchLane lane, Func<IWatchFeed, ValueTask> ask)
    {
        try
        {
            await ask(lane.Feed);
        }
        catch (OperationCanceledException) when (lane.Ended.IsCancellationRequested)
        {
        }
    }

    private async Task ServeAsync(WatchLane lane)
    {
        await using var disposing = _ending.UnsafeRegister(static feed => ((IWatchFeed)feed!).Dispose(), lane.Feed);
        using (lane)
        {
            WatchOutput.Translation translate = (ReadOnlyMemory<WatchDelivery> deliveries, out ReadOnlyMemory<WatchDelivery> told) =>
                Translate(lane, deliveries, out told);
            while (await lane.Feed.TakeAsync() is { IsEmpty: false } deliveries)
            {
                lane.HasTold = true;
                if (!await _output.WriteAsync(deliveries, lane.Feed.Term, translate))
                {
                    End();
                    return;
                }
            }

            await LeaveAsync(lane);
        }
    }

    /// <summary>The feed has ended: its parts go on at another one.</summary>
    private async Task LeaveAsync(WatchLane lane)
    {
        if (lane.Partition == 0)
        {
            End();
            return;
        }

        List<WatchDelivery> ended = [];
        lock (Watches.Gate)
        {
            _lanes.Remove(lane.Partition);
            _round = null;
            _attempts[lane.Partition] = _attempts.GetValueOrDefault(lane.Partition) + 1;
            foreach (var part in lane.Parts.ToList())
            {
                lane.Remove(part);
                if (part.Watch.IsWanted)
                {
                    Run(() => lane.HasTold ? PlaceAsync(part) : _moves.PlaceLaterAsync(part));
                }
                else if (part.Watch.Parts.Remove(part) && part.Watch.Parts.Count == 0 && !part.Watch.IsEnded)
                {
                    ended.Add(EndCanceled(part.Watch, _feeds.Revision));
                }
            }
        }

        lane.End();
        foreach (var delivery in ended)
        {
            await TellAsync(delivery);
        }
    }

    /// <summary>What the client is told of what a lane tells, from the first delivery on; the bytes of events stay what they are.</summary>
    private int Translate(WatchLane lane, ReadOnlyMemory<WatchDelivery> deliveries, out ReadOnlyMemory<WatchDelivery> told)
    {
        var all = deliveries.Span;
        lock (Watches.Gate)
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
                Watches.Announce(watch);
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
                Watches.End(watch);
                var others = SentPartsOf(watch).ToList();
                Run(async () =>
                {
                    foreach (var (lane, number) in others)
                    {
                        await AskAsync(lane, feed => feed.CancelAsync(number, lane.Ended));
                    }
                });
                return new WatchDelivery(watch.Id, notice);
            case var _ when watch.IsCanceling:
                return watch.Parts.Count == 0 ? EndCanceled(watch, notice.Revision) : null;
            case WatchNoticeKind.Moved:
                part.NextRevision = Math.Max(part.NextRevision, notice.Revision + 1);
                _moves.Follow(part, notice.Delegation);
                return null;
            case WatchNoticeKind.Refused:
                Run(() => _moves.OpenAsync(watch, isRetry: true));
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
            bool isAnswer = lane.Feed.IsLocal && _lanes.Values.Count(static other => other.HasParts) <= 1;
            return isAnswer ? new WatchDelivery(WatchNotice.NoWatcher, notice) : null;
        }

        if (_round.Note(lane, notice.Revision) is not { } revision)
        {
            return null;
        }

        if (_round.IsRepeated)
        {
            Run(RequestProgressAsync);
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

    private WatchDelivery EndCanceled(ClientWatch watch, long revision)
    {
        Watches.End(watch);
        return new WatchDelivery(watch.Id, new WatchNotice(WatchNoticeKind.Canceled, revision));
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            // The call is over; what becomes of its parts is only a consequence of that.
        }
        catch (Exception failure)
        {
            _ended.TrySetException(failure);
        }
    }
}
