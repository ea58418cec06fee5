namespace Coordination.Faults.Tests;

/// <summary>
/// Watches every key through one member, and again from where it was whenever that breaks. Each stream is a watcher of its own to the
/// judge.
/// </summary>
public sealed class WatchFollower(TestMember member, long afterRevision)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<WatchRecord> _records = [];
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _seen = afterRevision;
    private long _awaited = long.MaxValue;

    /// <summary>Everything received; the last stream waited for the revision that <see cref="Await"/> named. Read it after the end of
    /// <see cref="Run"/>.</summary>
    public IReadOnlyList<WatchRecord> Records => _records;

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
                Name = $"{member.Name}-{_records.Count + 1}",
                Range = StoreClient.Everything,
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
                    Key = StoreMessages.Bytes(StoreClient.Everything.Key),
                    RangeEnd = StoreMessages.Bytes(StoreClient.Everything.End),
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
            if (response.Kind == WatchResponseKind.Canceled)
            {
                throw new InvalidOperationException(
                    $"{member.Name} ended a watch from {start}: {stream.ResponseStream.Current.CancelReason}");
            }
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
