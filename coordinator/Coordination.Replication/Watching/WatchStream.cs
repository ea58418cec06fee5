using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// One client's stream of watch requests and responses. Requests go to the hub in order; responses come out in order, to one reader. Where
/// the two meet is the hub's turn, so nothing here waits for anything but room.
/// </summary>
public sealed class WatchStream : IDisposable
{
    private readonly WatchHub _hub;
    private readonly SemaphoreSlim _requests;
    private ITimer? _notifyTimer;
    private int _isNotifyPosted;

    internal WatchStream(WatchHub hub, WatchHubOptions options, QueueBudget budget)
    {
        _hub = hub;
        _requests = new SemaphoreSlim(options.RequestsMax);
        Queue = new DeliveryQueue(options, budget);
    }

    /// <summary>Why the stream ended.</summary>
    public WatchStreamEnd End => Queue.End;

    internal DeliveryQueue Queue { get; }

    internal WatcherSet Watchers { get; } = new();

    /// <summary>
    /// Asks for a watcher. The answer comes out of <see cref="TakeAsync"/>, before the watcher's events. Waits while too many answers wait.
    /// </summary>
    /// <exception cref="OperationCanceledException">It waited for too long.</exception>
    public ValueTask CreateAsync(WatchCreation creation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(creation);
        return RequestAsync(new HubInput(HubInputKind.Create, this, creation), cancellation);
    }

    /// <summary>Ends a watcher. If there is one with the id, the answer is the last that is heard of it.</summary>
    /// <exception cref="OperationCanceledException">It waited for too long.</exception>
    public ValueTask CancelAsync(long watchId, CancellationToken cancellation) =>
        RequestAsync(new HubInput(HubInputKind.Cancel, this, Number: watchId), cancellation);

    /// <summary>
    /// Asks up to which revision the stream's watchers have been told everything. Answered as soon as all are equally far, for several
    /// requests at once if need be, and not at all while there are no watchers.
    /// </summary>
    /// <exception cref="OperationCanceledException">It waited for too long.</exception>
    public ValueTask RequestProgressAsync(CancellationToken cancellation) =>
        RequestAsync(new HubInput(HubInputKind.Progress, this), cancellation);

    /// <summary>
    /// Takes what is to be sent, in order; waits for something. Nothing means that the stream has ended. What was taken is valid, and
    /// counts as waiting to be sent, until the next call. For one caller at a time.
    /// </summary>
    public ValueTask<ReadOnlyMemory<WatchDelivery>> TakeAsync()
    {
        bool drained = Queue.Release(out int answers);
        if (answers > 0)
        {
            _requests.Release(answers);
        }

        if (drained)
        {
            _hub.Post(new HubInput(HubInputKind.Wake));
        }

        return Queue.TakeAsync();
    }

    /// <summary>Ends the stream and its watchers. From any thread, and more than once.</summary>
    public void Dispose()
    {
        if (Queue.End != WatchStreamEnd.Closed)
        {
            Queue.EndWith(WatchStreamEnd.Closed);
            _hub.Post(new HubInput(HubInputKind.Close, this));
        }
    }

    /// <summary>For the hub: adds the answer to a request.</summary>
    internal void Answer(long watchId, WatchNotice notice) => Queue.AddAnswer(new WatchDelivery(watchId, notice));

    /// <summary>For the hub: a request that needs no answer is done with.</summary>
    internal void Done() => _requests.Release();

    /// <summary>For the hub: begins to tell quiet watchers of progress.</summary>
    internal void StartNotifying(TimeProvider time, TimeSpan interval) =>
        _notifyTimer ??= time.CreateTimer(static stream => ((WatchStream)stream!).NotifyDue(), this, interval, interval);

    /// <summary>For the hub: the due notification is being dealt with.</summary>
    internal void Notified() => Volatile.Write(ref _isNotifyPosted, 0);

    /// <summary>For the hub: the stream is gone.</summary>
    internal void StopNotifying() => _notifyTimer?.Dispose();

    private void NotifyDue()
    {
        if (Interlocked.Exchange(ref _isNotifyPosted, 1) == 0)
        {
            _hub.Post(new HubInput(HubInputKind.NotifyDue, this));
        }
    }

    private async ValueTask RequestAsync(HubInput request, CancellationToken cancellation)
    {
        await _requests.WaitAsync(cancellation).ConfigureAwait(false);
        _hub.Post(request);
    }
}
