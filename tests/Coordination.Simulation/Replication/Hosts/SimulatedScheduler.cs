using Coordination.Replication;

namespace Coordination.Simulation;

/// <summary>
/// Where the replicas of one start of a machine run: on the world's only thread, each piece of work an event. What is awaited from here goes
/// on inside the event that completes it.
/// </summary>
internal sealed class SimulatedScheduler(WorldServices world, Machine machine) : IReplicaScheduler
{
    private readonly int _incarnation = machine.Incarnation;

    /// <inheritdoc/>
    public void Schedule(IThreadPoolWorkItem item)
    {
        world.CheckThread();
        After(1 + world.HostRandom.Next(world.Options.PassDelay), item);
    }

    /// <inheritdoc/>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        world.CheckThread();
        var job = new Job<T>(work);
        long delay = 1 + world.HostRandom.Next(world.Options.SyncDelay);
        After(machine.HasSlowDisk ? delay * NodeLog.SlowFactor : delay, job);
        return job.Task;
    }

    /// <summary>Runs an action after a time, unless the machine stops before.</summary>
    public void After(long delay, Action action) => After(delay, new Step(action));

    private void After(long delay, IThreadPoolWorkItem item) =>
        world.Schedule(delay, EventKind.Run, machine.Index, -1, _incarnation, item);

    private sealed class Step(Action action) : IThreadPoolWorkItem
    {
        public void Execute() => action();
    }

    private sealed class Job<T>(Func<T> work) : TaskCompletionSource<T>, IThreadPoolWorkItem
    {
        public void Execute()
        {
            T result;
            try
            {
                result = work();
            }
            catch (Exception failure)
            {
                // As the pool does: whoever awaits the work hears of it.
                SetException(failure);
                return;
            }

            SetResult(result);
        }
    }
}
