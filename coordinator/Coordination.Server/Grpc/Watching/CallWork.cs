namespace Coordination.Server;

/// <summary>What goes on in one call beside the reading of its requests. From any thread.</summary>
internal sealed class CallWork(CancellationToken ending) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Task> _tasks = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the call has to end by itself; fails when something that goes on did.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Ends the call.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>Begins something that goes on until it is done or the call is.</summary>
    public void Run(Func<Task> work)
    {
        lock (_gate)
        {
            _tasks.RemoveAll(static task => task.IsCompleted);
            _tasks.Add(Task.Run(() => GuardAsync(work)));
        }
    }

    /// <summary>After the call has ended: waits until nothing goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        while (true)
        {
            Task[] left;
            lock (_gate)
            {
                left = [.. _tasks.Where(static task => !task.IsCompleted)];
            }

            if (left.Length == 0)
            {
                return;
            }

            await Task.WhenAll(left);
        }
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // The call is over; what becomes of its parts is only a consequence of that.
        }
        catch (Exception failure)
        {
            _ended.TrySetException(failure);
        }
    }
}
