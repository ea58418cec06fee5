using Coordination.Protocol.Etcd;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// The feeds of one call, each with a loop that sends what it tells, and the parts of watches on them. A part that a partition ends,
/// because its keys moved, goes on where they are; one whose feed ended goes on at another replica; from the first revision that was not
/// told, so that nothing is lost or told twice. From any thread.
/// </summary>
internal sealed class WatchLanes : IAsyncDisposable
{
    private readonly WatchFeeds _feeds;
    private readonly WatchOutput _output;
    private readonly CancellationToken _ending;
    private readonly WatchMoves _moves;
    private readonly Dictionary<uint, WatchLane> _lanes = [];
    private readonly Dictionary<uint, int> _attempts = [];
    private readonly WatchTelling _telling;

    public WatchLanes(WatchFeeds feeds, WatchOutput output, CancellationToken ending)
    {
        _feeds = feeds;
        _output = output;
        _ending = ending;
        Work = new CallWork(ending);
        _moves = new WatchMoves(feeds, this, ending);
        _telling = new WatchTelling(this, _moves);
        lock (Watches.Gate)
        {
            OpenLocked(0);
        }
    }

    /// <summary>The watches of the call.</summary>
    public ClientWatches Watches { get; } = new();

    /// <summary>What goes on in the call beside its requests.</summary>
    public CallWork Work { get; }

    /// <summary>The lanes that tell something. Under the call's lock.</summary>
    public IEnumerable<WatchLane> Busy => _lanes.Values.Where(static lane => lane.HasParts);

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
        IReadOnlyList<(WatchLane Lane, long Number)> asked;
        WatchDelivery? answer = null;
        lock (Watches.Gate)
        {
            if (Watches.BeginCancel(id) is not { } watch)
            {
                return;
            }

            watch.Parts.RemoveWhere(static part => part.Lane is null);
            asked = SentPartsOf(watch);
            answer = watch.Parts.Count == 0 ? EndCanceled(watch, _feeds.Revision) : null;
        }

        if (answer is { } delivery)
        {
            await TellAsync(delivery);
        }

        await ForgetAsync(asked);
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

    /// <summary>
    /// Asks how far all watches are. While one is on its way to another partition there is no answer, and the client asks again.
    /// </summary>
    public async Task RequestProgressAsync()
    {
        foreach (var lane in _telling.BeginRound())
        {
            await AskAsync(lane, feed => feed.RequestProgressAsync(lane.Ended));
        }
    }

    /// <summary>Ends what is left of a watch that has ended.</summary>
    public static async Task ForgetAsync(IEnumerable<(WatchLane Lane, long Number)> parts)
    {
        foreach (var (lane, number) in parts)
        {
            await AskAsync(lane, feed => feed.CancelAsync(number, lane.Ended));
        }
    }

    /// <summary>After the call was ended: waits until nothing goes on.</summary>
    public ValueTask DisposeAsync() => Work.DisposeAsync();

    /// <summary>The parts of a watch that partitions were asked for. Under the call's lock.</summary>
    public static IReadOnlyList<(WatchLane Lane, long Number)> SentPartsOf(ClientWatch watch) =>
        [.. from part in watch.Parts where part.IsSent && part.Lane is not null select (part.Lane, part.Number)];

    /// <summary>A watch that its client wanted to end has ended: what it is told. Under the call's lock.</summary>
    public WatchDelivery EndCanceled(ClientWatch watch, long revision)
    {
        Watches.End(watch);
        return new WatchDelivery(watch.Id, new WatchNotice(WatchNoticeKind.Canceled, revision));
    }

    private WatchLane? OpenLocked(uint partition)
    {
        if (_ending.IsCancellationRequested || _feeds.Open(partition, _attempts.GetValueOrDefault(partition)) is not { } feed)
        {
            return null;
        }

        var lane = new WatchLane(partition, feed, _ending);
        _lanes.Add(partition, lane);
        Work.Run(() => ServeAsync(lane));
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
                _telling.Translate(lane, deliveries, out told);
            while (await lane.Feed.TakeAsync() is { IsEmpty: false } deliveries)
            {
                lane.HasTold = true;
                if (!await _output.WriteAsync(deliveries, lane.Feed.Term, translate))
                {
                    Work.End();
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
            Work.End();
            return;
        }

        List<WatchDelivery> ended = [];
        lock (Watches.Gate)
        {
            _lanes.Remove(lane.Partition);
            _telling.EndRound();
            _attempts[lane.Partition] = _attempts.GetValueOrDefault(lane.Partition) + 1;
            foreach (var part in lane.Parts.ToList())
            {
                lane.Remove(part);
                if (part.Watch.IsWanted)
                {
                    Work.Run(() => lane.HasTold ? PlaceAsync(part) : _moves.PlaceLaterAsync(part));
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
}
