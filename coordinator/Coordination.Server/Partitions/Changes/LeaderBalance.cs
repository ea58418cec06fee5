using Coordination.Replication;
using Coordination.Silo;

namespace Coordination.Server;

/// <summary>
/// Hands the partitions that this member leads over to the members that should lead them, once those are there and have caught up: after
/// restarts leaders are spread again. One at a time, with pauses, and only what this member has led for a while, so that a member that is
/// about to stop, and lets others lead for that, does not get it back. Partition 0 stays where it is. Runs from its making until it is
/// disposed of.
/// </summary>
internal sealed partial class LeaderBalance : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LedAtLeast = TimeSpan.FromSeconds(4);

    private readonly PartitionHost _host;
    private readonly PartitionMaps _maps;
    private readonly IMemberReplicas _replicas;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<uint, (ulong Term, long Since)> _led = [];
    private readonly BackgroundTask _task;

    public LeaderBalance(
        PartitionHost host, PartitionMaps maps, IMemberReplicas replicas, TimeProvider time, ILogger<LeaderBalance> logger)
    {
        _host = host;
        _maps = maps;
        _replicas = replicas;
        _time = time;
        _logger = logger;
        _task = BackgroundTask.Start("spreading leaders", RunAsync, time, logger);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _task.DisposeAsync();

    private async Task RunAsync(CancellationToken stopping)
    {
        var map = _maps.Current;
        if (!map.WasEverSplit)
        {
            await _maps.WaitForChangeAsync(map, stopping).ConfigureAwait(false);
            return;
        }

        await Task.Delay(Interval, _time, stopping).ConfigureAwait(false);
        foreach (var replica in _host.Partitions)
        {
            if (IsDue(replica, map, out ulong preferred) && await IsReadyAsync(replica, preferred).ConfigureAwait(false))
            {
                var self = new ReplicaAddress(replica.Partition, replica.Id);
                var end = await _replicas.TransferLeadershipAsync(self, preferred).ConfigureAwait(false);
                LogHandedOver(replica.Partition, preferred, end);
                return;
            }
        }
    }

    private bool IsDue(PartitionReplica replica, PartitionMap map, out ulong preferred)
    {
        preferred = 0;
        if (!replica.IsLeader)
        {
            _led.Remove(replica.Partition);
            return false;
        }

        ulong term = replica.Term;
        if (!_led.TryGetValue(replica.Partition, out var led) || led.Term != term)
        {
            led = (term, _time.GetTimestamp());
            _led[replica.Partition] = led;
        }

        if (replica.Partition == 0 || map.Find(replica.Partition) is not { Stage: PartitionStage.Serving } entry)
        {
            return false;
        }

        preferred = entry.Replicas[0];
        return preferred != replica.Id && _time.GetElapsedTime(led.Since) >= LedAtLeast;
    }

    /// <summary>Whether a member is reached, follows, and has applied what was committed when it was asked.</summary>
    private async Task<bool> IsReadyAsync(PartitionReplica replica, ulong member)
    {
        ulong committed = replica.GetStatus().CommittedIndex;
        try
        {
            var report = await _replicas.GetReportAsync(new ReplicaAddress(replica.Partition, member)).ConfigureAwait(false);
            return report.Leader == replica.Id && report.Term == replica.Term && !report.IsLearner && report.AppliedIndex >= committed;
        }
        catch (MemberUnreachableException absence)
        {
            LogNotReady(replica.Partition, absence.Message);
            return false;
        }
    }

    [LoggerMessage(3038, LogLevel.Information, "partition {Partition}: member {Member:x16} is to lead it ({End})")]
    private partial void LogHandedOver(uint partition, ulong member, LeadershipMove end);

    [LoggerMessage(3039, LogLevel.Debug, "partition {Partition}: the member that should lead it is not there: {Reason}")]
    private partial void LogNotReady(uint partition, string reason);
}
