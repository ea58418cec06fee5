namespace Coordination.Faults.Tests;

/// <summary>Counts acknowledged writes, for whoever waits until some more were. Thread-safe.</summary>
public sealed class WriteProgress
{
    private readonly Lock _lock = new();
    private readonly List<(long Count, TaskCompletionSource Reached)> _waiting = [];
    private long _count;

    /// <summary>Writes that were acknowledged.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Counts the answer when it is that of a write.</summary>
    public void Note(StoreAnswer answer)
    {
        if (!answer.Result.IsChange)
        {
            return;
        }

        lock (_lock)
        {
            _count++;
            foreach (var (_, reached) in _waiting.Where(waiting => waiting.Count <= _count))
            {
                reached.SetResult();
            }

            _waiting.RemoveAll(waiting => waiting.Count <= _count);
        }
    }

    /// <summary>Done when this many more writes were acknowledged than now.</summary>
    public Task Await(int more)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((_count + more, reached));
        }

        return reached.Task;
    }
}
