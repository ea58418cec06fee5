namespace Coordination.Faults.Tests;

/// <summary>What happens to bytes from one member to another. Thread-safe.</summary>
public sealed class Link
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _open = NewSignal();
    private long _delayTicks;

    public Link() => _open.SetResult();

    /// <summary>Done while bytes may pass. Those of a cut link wait: that is what a cable that was pulled and put back does.</summary>
    public Task Open
    {
        get
        {
            lock (_lock)
            {
                return _open.Task;
            }
        }
    }

    /// <summary>How long bytes are under way.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _delayTicks));
        set => Volatile.Write(ref _delayTicks, value.Ticks);
    }

    /// <summary>Lets nothing through any more, and closes nothing: both ends see silence.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _open = _open.Task.IsCompleted ? NewSignal() : _open;
        }
    }

    /// <summary>Lets everything through at once, also what waited.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            _open.TrySetResult();
        }

        Delay = TimeSpan.Zero;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
