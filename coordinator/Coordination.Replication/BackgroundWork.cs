namespace Coordination.Replication;

/// <summary>
/// Work that blocks and therefore runs beside the loop, and whose end somebody waits for before the store is closed. Thread-safe.
/// </summary>
internal sealed class BackgroundWork(IReplicaScheduler scheduler)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private bool _isClosed;

    /// <summary>Runs an action beside the loop.</summary>
    /// <exception cref="InvalidOperationException">The replica has stopped.</exception>
    public Task RunAsync(Action work) => RunAsync(() =>
    {
        work();
        return true;
    });

    /// <summary>Runs a function beside the loop.</summary>
    /// <exception cref="InvalidOperationException">The replica has stopped.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                throw new InvalidOperationException("The replica has stopped.");
            }

            var task = scheduler.RunAsync(work);
            _running.Add(task);
            _ = task.ContinueWith(Ended, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return task;
        }
    }

    /// <summary>Takes no more, and completes when nothing runs. Failures are those of the callers, who have the tasks.</summary>
    public Task FinishAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            return Task.WhenAll(_running.Select(static task => task.ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)));
        }
    }

    private void Ended(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }
}
