namespace Coordination.Replication;

/// <summary>Runs the work of replicas on the threads of the pool.</summary>
internal sealed class ThreadPoolScheduler : IReplicaScheduler
{
    /// <summary>The only one.</summary>
    public static readonly ThreadPoolScheduler Instance = new();

    private ThreadPoolScheduler()
    {
    }

    /// <inheritdoc/>
    public void Schedule(IThreadPoolWorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);

    /// <inheritdoc/>
    public Task<T> RunAsync<T>(Func<T> work) => Task.Run(work);
}
