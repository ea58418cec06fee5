using Coordination.Replication;
using Coordination.StateMachine;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Ends revoked leases in every partition that may have keys of them. The state of partition 0, the leases' home, remembers which are left,
/// whoever leads it; the member that does ends them, at least once each, and for as long as it takes. From any thread.
/// </summary>
internal sealed partial class LeaseRevocations : IAsyncDisposable
{
    /// <summary>How soon a lease that expired is looked for; a client that revokes one does not wait for this.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly EtcdPartition _home;
    private readonly PartitionMaps _maps;
    private readonly PartitionStores _stores;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly BackgroundTask _task;

    public LeaseRevocations(
        EtcdPartition home, PartitionMaps maps, PartitionStores stores, TimeProvider time, ILogger<LeaseRevocations> logger)
    {
        _home = home;
        _maps = maps;
        _stores = stores;
        _time = time;
        _logger = logger;
        _task = BackgroundTask.Start("ending leases in all partitions", RunAsync, time, logger);
    }

    /// <summary>Waits until a lease that was revoked has no keys left anywhere.</summary>
    /// <exception cref="RpcException">That took too long. It will be done; the lease itself is revoked.</exception>
    public async Task AwaitAsync(long lease, TimeSpan patience)
    {
        long began = _time.GetTimestamp();
        while (_maps.Current.WasEverSplit && await IsPendingAsync(lease).ConfigureAwait(false))
        {
            if (_time.GetElapsedTime(began) > patience)
            {
                throw EtcdErrors.Refuse(EtcdErrors.TimedOut);
            }

            _wanted.Release();
            await Task.Delay(TimeSpan.FromMilliseconds(5), _time).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _task.DisposeAsync();

    private Task<bool> IsPendingAsync(long lease) =>
        _home.QueryAsync(state => state.PendingRevocations.Any(pending => pending.Lease == lease));

    private async Task RunAsync(CancellationToken stopping)
    {
        var map = _maps.Current;
        if (!map.WasEverSplit)
        {
            // No lease has ever been anywhere but at home, and nobody wakes up for nothing.
            await _maps.WaitForChangeAsync(map, stopping).ConfigureAwait(false);
            return;
        }

        if (_home.Replica.IsLeader)
        {
            // What waits for other members when the node stops ends later by itself.
            await EndAllAsync().WaitAsync(stopping).ConfigureAwait(false);
        }

        // However many wait, one round is for all of them.
        await _wanted.WaitAsync(Interval, stopping).ConfigureAwait(false);
        while (await _wanted.WaitAsync(TimeSpan.Zero, stopping).ConfigureAwait(false))
        {
        }
    }

    private async Task EndAllAsync()
    {
        var pending = await _home.QueryAsync(static state => state.PendingRevocations).ConfigureAwait(false);
        if (pending.Count == 0)
        {
            return;
        }

        var ended = await Task.WhenAll(
            from revocation in pending
            from partition in revocation.Partitions.Ids
            select EndAsync(revocation, partition)).ConfigureAwait(false);
        FinishedRevocation[] finished = [.. ended.OfType<FinishedRevocation>()];
        if (finished.Length > 0)
        {
            await _home.ApplyAsync(new RevocationsFinishedCommand(finished)).ConfigureAwait(false);
        }
    }

    private async Task<FinishedRevocation?> EndAsync(PendingRevocation revocation, uint partition)
    {
        var finished = new FinishedRevocation(revocation.Lease, revocation.Incarnation, partition);
        if (_maps.Current.Find(partition) is not { } entry)
        {
            // It was dropped, and was empty when it was.
            return finished;
        }

        try
        {
            var outcome = await _stores.For(entry)
                .ApplyAsync(new LeaseEndCommand(revocation.Lease, revocation.Incarnation, revocation.Token)).ConfigureAwait(false);
            return outcome.Error == ApplyError.None && !await IsMovingAsync(partition).ConfigureAwait(false) ? finished : null;
        }
        catch (RpcException refusal)
        {
            LogPostponed(refusal.Status.Detail);
            return null;
        }
    }

    /// <summary>
    /// Whether keys are on their way from a partition to another one, with their leases: who takes them asks the home about each lease
    /// before it serves, and must not be told of a later one with the same id. So no id is free until then. Asked after the lease was
    /// ended, and of a map that is newer: keys that had left before are seen to move, or have arrived.
    /// </summary>
    private async Task<bool> IsMovingAsync(uint partition)
    {
        await _home.ReadAsync().ConfigureAwait(false);
        var map = _maps.Current;
        return partition != 0
            && map.All.Any(entry => entry.Stage == PartitionStage.Creating && map.ParentOf(entry.Prefix).Id == partition);
    }

    [LoggerMessage(3031, LogLevel.Debug, "leases that were revoked still have keys in other partitions: {Reason}")]
    private partial void LogPostponed(string reason);
}
