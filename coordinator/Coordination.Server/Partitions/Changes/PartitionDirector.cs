using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// Where partition 0 is led, decides which replicas move to other members (<see cref="ReplicaPlan"/>), and writes that into the map; the
/// members that lead the partitions do it (<see cref="GroupChange"/>). It judges members by what the leader of partition 0, which feeds all
/// of them, hears; a new leader begins to count anew. Nothing else depends on it, and when two think that they are it, the map takes the
/// changes of one. Runs from its making until it is disposed of.
/// </summary>
internal sealed partial class PartitionDirector : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long all members have to be there until replicas are evened out: not while they restart one after the other.</summary>
    private static readonly TimeSpan CalmAtLeast = TimeSpan.FromSeconds(10);

    private readonly PartitionHost _host;
    private readonly PartitionMaps _maps;
    private readonly PartitionRegistry _registry;
    private readonly EtcdServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MemberPresence _presence;
    private readonly BackgroundTask _task;

    public PartitionDirector(
        PartitionHost host, PartitionMaps maps, PartitionRegistry registry, EtcdServiceOptions options, TimeProvider time,
        ILogger<PartitionDirector> logger)
    {
        _host = host;
        _maps = maps;
        _registry = registry;
        _options = options;
        _time = time;
        _logger = logger;
        _presence = new MemberPresence(time);
        _task = BackgroundTask.Start("directing partitions", RunAsync, time, logger);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _task.DisposeAsync();

    private async Task RunAsync(CancellationToken stopping)
    {
        var known = _maps.Current;
        if (!known.WasEverSplit)
        {
            await _maps.WaitForChangeAsync(known, stopping).ConfigureAwait(false);
            return;
        }

        await Task.Delay(Interval, _time, stopping).ConfigureAwait(false);
        if (!_host.Default.IsLeader)
        {
            _presence.Forget();
            return;
        }

        var heard = _host.Default.GetMembers().Progress.Where(static progress => progress.IsRecentlyActive);
        _presence.Note(_maps.Members, [.. heard.Select(static progress => progress.Member), _host.MemberId]);
        var gone = _options.ReplaceReplicasAfter is { } patience ? _presence.SilentFor(patience) : new HashSet<ulong>();
        var present = _presence.PresentFor(TimeSpan.Zero);
        bool isCalm = _presence.PresentFor(CalmAtLeast).Count == _maps.Members.Count;
        if ((gone.Count > 0 || isCalm) && ReplicaPlan.Decide(_maps.Current, _maps.Members, present, gone).Count > 0)
        {
            await MoveAsync(present, gone, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Decides anew for each move, on the map as it is by then: nobody else may have changed it in between.</summary>
    private async Task MoveAsync(IReadOnlySet<ulong> present, IReadOnlySet<ulong> gone, CancellationToken stopping)
    {
        for (int i = 0; i < ReplicaPlan.ChangesMax; i++)
        {
            stopping.ThrowIfCancellationRequested();
            var map = await _registry.ReadAsync().ConfigureAwait(false);
            if (ReplicaPlan.Decide(map, _maps.Members, present, gone) is not [var move, ..] || map.Find(move.Partition) is not { } entry)
            {
                return;
            }

            if (await _registry.TryReplaceAsync(map, entry.WithReplica(move.From, move.To)).ConfigureAwait(false))
            {
                string reason = gone.Contains(move.From) ? "has been silent for too long" : "has more than others";
                LogMoved(move.Partition, move.From, reason, move.To);
            }
        }
    }

    [LoggerMessage(3045, LogLevel.Information, "partition {Partition}: member {From:x16} {Why}; member {To:x16} is to have its replica")]
    private partial void LogMoved(uint partition, ulong from, string why, ulong to);
}
