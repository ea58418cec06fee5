using System.Collections.Concurrent;
using Coordination.StateMachine;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>
/// The watches on one partition. Everything that concerns them is a message: committed writes from the thread that applies, requests from
/// the streams' owners. One turn at a time, on the thread pool, deals with some of them (<see cref="WatchTable"/>) and hands the streams
/// what there is to send. Nobody waits for it, and it waits for nobody.
/// </summary>
/// <remarks>
/// The guarantees are etcd's: a watcher is told of every change of its keys from its start revision on, in order, once, all changes of a
/// revision together; and after a progress notice of no change up to its revision. Memory is bounded (<see cref="WatchHubOptions"/>): who
/// does not take what is sent is dropped from the live events and reads history later, unless that is compacted by then.
/// </remarks>
public sealed class WatchHub : IThreadPoolWorkItem
{
    /// <summary>After how many messages the streams get what there is, and who lags has a turn.</summary>
    private const int InputsPerTurnMax = 64;

    /// <summary>What an event counts beside its value while it waits to be looked at.</summary>
    private const int EventBytes = 128;

    private readonly ConcurrentQueue<HubInput> _inputs = new();
    private readonly Adoptions _adoptions = new();
    private readonly WatchTable _table;
    private readonly WatchHubOptions _options;
    private readonly ILogger _logger;
    private readonly QueueBudget _budget;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _backlogBytes;
    private int _isScheduled;
    private int _isMissNoted;
    private int _streams;
    private volatile bool _isStopping;
    private bool _hasEnded;

    /// <summary>Creates the hub of a partition.</summary>
    /// <param name="view">The partition's committed state, at any time.</param>
    /// <param name="encoder">Makes the bytes of events.</param>
    /// <param name="options">Limits and intervals.</param>
    /// <param name="time">For progress notifications.</param>
    /// <param name="logger">Where failures go.</param>
    public WatchHub(
        Func<StoreView> view, IWatchEventEncoder encoder, WatchHubOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(options);
        _table = new WatchTable(view, _adoptions, encoder, options, time);
        _options = options;
        _logger = logger;
        _budget = new QueueBudget(options.QueuedBytesMax);
    }

    /// <summary>How many streams are open.</summary>
    public int StreamCount => Volatile.Read(ref _streams);

    /// <summary>How many watchers there are.</summary>
    public int WatcherCount => _table.WatcherCount;

    /// <summary>How many watchers read history because they began in the past or were too slow. Roughly.</summary>
    public int LaggingWatcherCount => _table.LaggingCount;

    /// <summary>How many events were handed to streams, each for every watcher.</summary>
    public long EventsSent => _table.EventsSent;

    /// <summary>How many bytes wait to be sent.</summary>
    public long QueuedBytes => _budget.Bytes;

    /// <summary>Completes when the hub broke, with the reason: history could not be read. All streams ended then.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>Opens a stream. From any thread; its owner disposes of it.</summary>
    public WatchStream OpenStream()
    {
        var stream = new WatchStream(this, _options, _budget);
        Interlocked.Increment(ref _streams);
        Post(new HubInput(HubInputKind.Open, stream));
        return stream;
    }

    /// <summary>
    /// Takes writes that are committed, in order, each once. Called by the thread that applies, after the view shows them and before anyone
    /// is told that they happened: so a client that knows of a write and then asks for progress gets the write's revision at least.
    /// </summary>
    /// <param name="writes">The writes; the list is the hub's from now on.</param>
    public void Publish(IReadOnlyList<AppliedWrite> writes)
    {
        ArgumentNullException.ThrowIfNull(writes);

        // Who opens a stream after this looks at the view, which has the writes: see Create. Neither may be seen before the other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _streams) == 0)
        {
            return;
        }

        long bytes = SizeOf(writes);
        long backlog = Interlocked.Add(ref _backlogBytes, bytes);
        if (backlog > _options.BacklogBytesMax && backlog > bytes)
        {
            Interlocked.Add(ref _backlogBytes, -bytes);
            Missed();
            return;
        }

        Post(new HubInput(HubInputKind.Writes, Content: writes, Number: bytes));
    }

    /// <summary>
    /// The view has gone ahead without a word of what was written: everybody reads history. Called by the thread that applies.
    /// </summary>
    public void Missed()
    {
        if (Interlocked.Exchange(ref _isMissNoted, 1) == 0)
        {
            Post(new HubInput(HubInputKind.Missed));
        }
    }

    /// <summary>
    /// The partition takes keys back. Called by the thread that applies, before any view shows it.
    /// </summary>
    /// <param name="adopted">What it takes back, as it had been given away.</param>
    /// <param name="revision">The revision from which on the keys are here again.</param>
    public void Adopting(Delegation adopted, long revision)
    {
        ArgumentNullException.ThrowIfNull(adopted);
        _adoptions.Add(adopted, revision);
    }

    /// <summary>
    /// The partition owns something else than before, and the view says what. Called by the thread that applies, after the writes until
    /// then were published.
    /// </summary>
    public void OwnershipChanged() => Post(new HubInput(HubInputKind.OwnershipChanged));

    /// <summary>Ends all streams, and those that are opened later.</summary>
    public void Stop()
    {
        _isStopping = true;
        Post(new HubInput(HubInputKind.Stop));
    }

    /// <summary>One turn.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        bool hasMore = false;
        try
        {
            hasMore = RunTurn();
        }
        catch (Exception failure) when (!_hasEnded)
        {
            // Whatever it was, watchers may have missed events, and may only learn of it by the end of their streams.
            End(failure);
        }

        if (hasMore || !_inputs.IsEmpty)
        {
            _options.Scheduler.Schedule(this);
            return;
        }

        Interlocked.Exchange(ref _isScheduled, 0);
        if (!_inputs.IsEmpty)
        {
            Schedule();
        }
    }

    internal void Post(HubInput input)
    {
        _inputs.Enqueue(input);
        Schedule();
    }

    private static long SizeOf(IReadOnlyList<AppliedWrite> writes)
    {
        long bytes = 0;
        for (int i = 0; i < writes.Count; i++)
        {
            foreach (var happened in writes[i].Events)
            {
                bytes += EventBytes + happened.Current.Value.Length;
            }
        }

        return bytes;
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            _options.Scheduler.Schedule(this);
        }
    }

    private bool RunTurn()
    {
        for (int i = 0; i < InputsPerTurnMax && _inputs.TryDequeue(out var input); i++)
        {
            Handle(input);
        }

        return !_hasEnded && _table.EndTurn();
    }

    private void Handle(HubInput input)
    {
        switch (input)
        {
            case { Kind: HubInputKind.Stop }:
                End(null);
                break;
            case { Kind: HubInputKind.Open, Stream: { } stream }:
                _table.Open(stream);
                if (_hasEnded)
                {
                    stream.Queue.EndWith(WatchStreamEnd.Stopped);
                }

                break;
            case { Kind: HubInputKind.Close, Stream: { } stream }:
                if (_table.Close(stream))
                {
                    Interlocked.Decrement(ref _streams);
                }

                break;
            default:
                if (!_hasEnded)
                {
                    HandleOpen(input);
                }

                break;
        }
    }

    /// <summary>What is only of interest as long as the hub has not ended.</summary>
    private void HandleOpen(HubInput input)
    {
        switch (input)
        {
            case { Kind: HubInputKind.Writes, Content: IReadOnlyList<AppliedWrite> writes }:
                Interlocked.Add(ref _backlogBytes, -input.Number);
                _table.Tell(writes);
                break;
            case { Kind: HubInputKind.Missed }:
                Interlocked.Exchange(ref _isMissNoted, 0);
                _table.Miss();
                break;
            case { Kind: HubInputKind.OwnershipChanged }:
                _table.CheckOwnership();
                break;
            case { Stream: { } stream } when stream.End == WatchStreamEnd.None:
                HandleRequest(stream, input);
                break;
            default:
                break;
        }
    }

    private void HandleRequest(WatchStream stream, HubInput input)
    {
        switch (input)
        {
            case { Kind: HubInputKind.Create, Content: WatchCreation creation }:
                _table.Create(stream, creation);
                break;
            case { Kind: HubInputKind.Cancel }:
                _table.Cancel(stream, input.Number);
                break;
            case { Kind: HubInputKind.Progress }:
                _table.RequestProgress(stream);
                break;
            case { Kind: HubInputKind.NotifyDue }:
                _table.NotifyProgress(stream);
                break;
            default:
                Invariant.Fail($"A stream sent {input.Kind}.");
                break;
        }
    }

    private void End(Exception? failure)
    {
        _hasEnded = true;
        _table.EndAll();
        if (failure is not null && !_isStopping)
        {
            WatchLog.Failed(_logger, failure);
            _failed.TrySetResult(failure);
        }
    }
}
