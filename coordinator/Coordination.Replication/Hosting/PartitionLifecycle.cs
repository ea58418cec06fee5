using Coordination.Raft;
using Coordination.Storage;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>
/// Begins, stops and deletes the replicas of a host, one after the other, and knows which there are. A replica exists from the moment the
/// log durably says so: its store is begun after that, and deleted after the log has let go of it. Any thread.
/// </summary>
internal sealed class PartitionLifecycle(ReplicaFactory factory, GroupCommitter committer, Task<Exception> failed, ILogger logger)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private volatile HostedPartitions _hosted = HostedPartitions.None;
    private bool _isClosed;

    /// <summary>The replicas at this moment.</summary>
    public HostedPartitions Hosted => _hosted;

    /// <summary>Opens a replica that the log has, or has just begun. It does not run yet.</summary>
    public HostedPartition Open(PartitionId partition, RecoveredPartition recovered)
    {
        var hosted = factory.Open(partition, recovered);
        _hosted = _hosted.With(hosted);
        return hosted;
    }

    /// <summary>Begins a replica, which does not run yet: first in the log.</summary>
    public async Task<HostedPartition> BeginAsync(PartitionId partition, RestoredState start)
    {
        await LogAsync(done => committer.CreatePartition(partition, start.Snapshot, start.HardState, done)).ConfigureAwait(false);
        return Open(partition, new RecoveredPartition(start.HardState, start.Snapshot, []));
    }

    /// <summary>Begins a replica and lets it run, unless there is one already.</summary>
    public Task<PartitionReplica> RunAsync(PartitionId partition, RestoredState start) => ChangeAsync(async () =>
    {
        if (_hosted.Find(partition) is { } existing)
        {
            return existing.Replica;
        }

        var begun = await BeginAsync(partition, start).ConfigureAwait(false);
        begun.Loop.Start();
        return begun.Replica;
    });

    /// <summary>Stops a replica for good; its term, or null when there is none.</summary>
    public Task<ulong?> RetireAsync(PartitionId partition) => ChangeAsync<ulong?>(async () =>
        _hosted.Find(partition) is { } retired ? await retired.Loop.StopAsync().ConfigureAwait(false) : null);

    /// <summary>Stops a replica, if there is one, and deletes it.</summary>
    public Task DropAsync(PartitionId partition) => ChangeAsync(async () =>
    {
        if (_hosted.Find(partition) is { } dropped)
        {
            await DropAsync(dropped).ConfigureAwait(false);
        }

        return true;
    });

    /// <summary>Stops everything, makes the states durable, unless something failed, and closes stores and log.</summary>
    public async ValueTask DisposeAsync()
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            await Task.WhenAll(_hosted.All.Select(static hosted => hosted.Loop.StopAsync())).ConfigureAwait(false);
            committer.Dispose();
            foreach (var hosted in _hosted.All)
            {
                hosted.Close(flush: !failed.IsCompleted);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<T> ChangeAsync<T>(Func<Task<T>> change)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(PartitionHost));
            return await change().ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task DropAsync(HostedPartition dropped)
    {
        dropped.IsDropped = true;
        _hosted = _hosted.Without(dropped);
        await dropped.Loop.StopAsync().ConfigureAwait(false);
        await LogAsync(done => committer.DropPartition(dropped.Loop.Partition, done)).ConfigureAwait(false);
        dropped.Close(flush: false);
        dropped.Storage.Delete();
        ReplicaLog.Dropped(logger, dropped.Loop.Partition.Value);
    }

    /// <summary>Does something to the log and waits until it is durable.</summary>
    private async Task LogAsync(Action<Action> submit)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        submit(done.SetResult);
        await Task.WhenAny(done.Task, failed).ConfigureAwait(false);
        if (!done.Task.IsCompleted)
        {
            throw new IOException("The log could not be written.", await failed.ConfigureAwait(false));
        }
    }
}
