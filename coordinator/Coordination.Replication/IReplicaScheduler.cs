namespace Coordination.Replication;

/// <summary>
/// Where the work of replicas runs: the pool's threads, or the one thread of a simulation. What a replica awaits from here goes on where
/// it was completed.
/// </summary>
internal interface IReplicaScheduler
{
    /// <summary>Lets an item run soon, once for each call. Allocates nothing.</summary>
    void Schedule(IThreadPoolWorkItem item);

    /// <summary>Runs something that blocks.</summary>
    Task<T> RunAsync<T>(Func<T> work);
}
