using System.Diagnostics.CodeAnalysis;
using Coordination.Replication;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Finds out which steps of creating, changing and dropping partitions are this member's, because it leads the partition that has to do
/// them, and does them, for each partition by itself. Nothing is remembered: the map and the partitions say how far everything is. Runs
/// from its making until it is disposed of.
/// </summary>
internal sealed partial class PartitionMover : IAsyncDisposable
{
    /// <summary>How soon a change of leader, which nobody tells of, is noticed; changes of the map are at once.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private readonly PartitionHost _host;
    private readonly PartitionMaps _maps;
    private readonly PartitionCreation _creation;
    private readonly PartitionRemoval _removal;
    private readonly GroupChange _groups;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<uint, Task> _moves = [];
    private readonly BackgroundTask _task;
    private volatile bool _isStopping;

    public PartitionMover(
        PartitionHost host, PartitionMaps maps, PartitionCreation creation, PartitionRemoval removal, GroupChange groups,
        TimeProvider time, ILogger<PartitionMover> logger)
    {
        _host = host;
        _maps = maps;
        _creation = creation;
        _removal = removal;
        _groups = groups;
        _time = time;
        _logger = logger;
        _task = BackgroundTask.Start("moving keys between partitions", RunAsync, time, logger);
    }

    /// <summary>
    /// Stops. Steps that are under way end first, unless they wait for other members: those end later by themselves and change nothing,
    /// since the replicas here have stopped by then.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopping)
        {
            return;
        }

        _isStopping = true;
        await _task.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(_moves.Values), Task.Delay(StopTimeout, _time)).ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        var map = _maps.Current;
        StartMoves(map);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        if (map.WasEverSplit)
        {
            soon.CancelAfter(Interval);
        }

        try
        {
            await _maps.WaitForChangeAsync(map, soon.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Time to look who leads.
        }
    }

    private void StartMoves(PartitionMap map)
    {
        foreach (var entry in map.All)
        {
            if (!IsMoving(entry.Id) && FindStep(entry) is { } step)
            {
                _moves[entry.Id] = RunAsync(entry.Id, step);
            }
        }

        foreach (uint done in _moves.Where(static move => move.Value.IsCompleted).Select(static move => move.Key).ToList())
        {
            _moves.Remove(done);
        }
    }

    private bool IsMoving(uint partition) => _moves.TryGetValue(partition, out var move) && !move.IsCompleted;

    private Func<Task>? FindStep(PartitionEntry entry) => entry.Stage switch
    {
        PartitionStage.Creating when _removal.LeadsAround(entry) => () => _creation.RunAsync(entry.Id),
        PartitionStage.Retired when _removal.LeadsAround(entry) => () => _removal.AdoptAsync(entry.Id),
        PartitionStage.Serving or PartitionStage.Dropping
            when _host.Find(entry.Id) is { IsLeader: true } giver && !giver.View.Ownership.Copies.IsEmpty =>
                () => _creation.FinishAsync(giver),
        PartitionStage.Serving or PartitionStage.Dropping when _removal.IsToRetire(entry) => () => _removal.RetireAsync(entry.Id),
        PartitionStage.Serving when entry.IsChanging && _host.Find(entry.Id) is { IsLeader: true } => () => _groups.RunAsync(entry.Id),
        _ => null,
    };

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types",
        Justification = "The root of a move: it is logged, and begun again from where the partitions are.")]
    private async Task RunAsync(uint partition, Func<Task> step)
    {
        try
        {
            await Task.Run(step).ConfigureAwait(false);
        }
        catch (Exception) when (_isStopping || _host.Failed.IsCompleted)
        {
            // It goes on elsewhere, or here after the next start.
        }
        catch (RpcException refusal)
        {
            LogPostponed(partition, refusal.Status.Detail);
        }
        catch (Exception failure)
        {
            LogFailed(failure, partition);
        }
    }

    [LoggerMessage(3034, LogLevel.Debug, "partition {Partition}: a step of its move is to be tried again ({Reason})")]
    private partial void LogPostponed(uint partition, string reason);

    [LoggerMessage(3035, LogLevel.Error, "partition {Partition}: a step of its move failed, and is tried again")]
    private partial void LogFailed(Exception failure, uint partition);
}
