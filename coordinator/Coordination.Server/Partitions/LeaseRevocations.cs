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
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly Task _running;

    public LeaseRevocations(
        EtcdPartition home, PartitionMaps maps, PartitionStores stores, TimeProvider time, ILogger<LeaseRevocations> logger)
    {
        _home = home;
        _maps = maps;
        _stores = stores;
        _time = time;
        _logger = logger;
        _running = Task.Run(RunAsync);
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
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _wanted.Dispose();
    }

    private Task<bool> IsPendingAsync(long lease) =>
        _home.QueryAsync(state => state.PendingRevocations.Any(pending => pending.Lease == lease));

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (_maps.Current.WasEverSplit && _home.Replica.IsLeader)
                {
                    await EndAllAsync().ConfigureAwait(false);
                }

                await WaitAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException refusal)
            {
                // The next round tries again.
                LogPostponed(refusal.Status.Detail);
                await Task.Delay(Interval, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WaitAsync()
    {
        using var due = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        due.CancelAfter(Interval);
        await _wanted.WaitAsync(due.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_wanted.CurrentCount > 0)
        {
            await _wanted.WaitAsync(_stopping.Token).ConfigureAwait(false);
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
    /// Whether keys are on their way from a partition to another one, with their leases: who takes them asks the home about each lease before
    /// it serves, and must not be told of a later one with the same id. So no id is free until then. Asked after the lease was ended, and of
    /// a map that is newer: keys that had left before are seen to move, or have arrived.
    /// </summary>
    private async Task<bool> IsMovingAsync(uint partition)
    {
        await _home.ReadAsync().ConfigureAwait(false);
        var map = _maps.Current;
        return map.All.Any(
            entry => entry.Stage == PartitionStage.Creating && map.ParentOf(entry.Prefix) is { Id: not 0 } parent && parent.Id == partition);
    }

    [LoggerMessage(3031, LogLevel.Debug, "leases that were revoked still have keys in other partitions: {Reason}")]
    private partial void LogPostponed(string reason);
}
