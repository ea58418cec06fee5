namespace Coordination.Faults.Tests;

/// <summary>
/// Watches every key of a space through one member, and again from where it was whenever that breaks. Each stream is a watcher of its own
/// to the judge.
/// </summary>
/// <param name="member">The member.</param>
/// <param name="space">The keys.</param>
/// <param name="afterRevision">The last revision before those that are watched.</param>
/// <param name="mayMove">
/// The keys may move meanwhile, and no history with them: who begins again behind that goes on from where there is one.
/// </param>
public sealed class WatchFollower(TestMember member, KeySpace space, long afterRevision, bool mayMove)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<WatchRecord> _records = [];
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _seen = afterRevision;
    private bool _isWhole = true;
    private long _awaited = long.MaxValue;

    /// <summary>Everything received; the last stream waited for the revision that <see cref="Await"/> named. Read it after the end of
    /// <see cref="Run"/>.</summary>
    public SpaceWatch Told => new(space, _isWhole, _records);

    public KeySpace Space => space;

    /// <summary>Follows until it is stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            List<WatchResponse> responses = [];
            var start = Interlocked.Read(ref _seen) + 1;
            try
            {
                await Follow(start, responses, stop);
            }
            catch (Exception error) when (error is RpcException or OperationCanceledException)
            {
                // Stopped, or the member is gone, or does not want to go on.
                await Pace.Take(Pause, CancellationToken.None);
            }

            _records.Add(new WatchRecord
            {
                Name = $"{member.Name}-{space.Prefix}{_records.Count + 1}",
                Range = space.Range,
                StartRevision = start,
                WantsPrevious = WantsPrevious,
                Responses = responses,
                AwaitedRevision = stop.IsCancellationRequested && _reached.Task.IsCompleted ? _awaited : 0,
            });
        }
    }

    /// <summary>Done when it has seen the revision, which changes a key.</summary>
    public Task Await(long revision)
    {
        lock (_lock)
        {
            _awaited = revision;
        }

        Note(0);
        return _reached.Task;
    }

    private bool WantsPrevious => _records.Count % 2 == 0;

    private async Task Follow(long start, List<WatchResponse> responses, CancellationToken stop)
    {
        using var stream = member.Calls.Watch(stop);
        await MemberCalls.Write(
            stream.RequestStream,
            new Etcd.WatchRequest
            {
                CreateRequest = new Etcd.WatchCreateRequest
                {
                    Key = StoreMessages.Bytes(space.Range.Key),
                    RangeEnd = StoreMessages.Bytes(space.Range.End),
                    StartRevision = start,
                    PrevKv = WantsPrevious,
                    ProgressNotify = true,
                },
            },
            stop);
        while (await stream.ResponseStream.MoveNext(stop))
        {
            var response = StoreMessages.Watched(stream.ResponseStream.Current);
            responses.Add(response);
            Note(response.Events.Count > 0 ? response.Events[^1].Revision : 0);
            if (response.Kind != WatchResponseKind.Canceled)
            {
                continue;
            }

            if (!mayMove || stream.ResponseStream.Current.CompactRevision <= start)
            {
                throw new InvalidOperationException(
                    $"{member.Name} ended a watch from {start}: {stream.ResponseStream.Current.CancelReason}");
            }

            _isWhole = false;
            Note(stream.ResponseStream.Current.CompactRevision - 1);
            return;
        }
    }

    private void Note(long revision)
    {
        lock (_lock)
        {
            _seen = Math.Max(_seen, revision);
            if (_seen >= _awaited)
            {
                _reached.TrySetResult();
            }
        }
    }
}
