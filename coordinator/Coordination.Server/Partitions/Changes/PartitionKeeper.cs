using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// Sees to it that this member has the replicas that the map gives it, and no others. It acts only on a linearizable read of the map: the
/// own copy may be so old that a replica on its word would be dropped, or begun again empty. Runs from its making until it is disposed of.
/// </summary>
/// <remarks>
/// The replica of a partition that lives on elsewhere is deleted only when its group goes on without this member, and after the map has
/// noted in which terms it may have voted. Until the map says that it is deleted nobody gives the partition back to this member: what a
/// leader counts as stored here would be gone.
/// </remarks>
internal sealed partial class PartitionKeeper : IAsyncDisposable
{
    private static readonly TimeSpan CampaignPause = TimeSpan.FromMilliseconds(20);

    /// <summary>After so many attempts the group is left to its election timeouts: a majority is not there.</summary>
    private const int CampaignsMax = 20;

    private readonly PartitionHost _host;
    private readonly PartitionMaps _maps;
    private readonly PartitionRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BackgroundTask _task;

    public PartitionKeeper(
        PartitionHost host, PartitionMaps maps, PartitionRegistry registry, TimeProvider time, ILogger<PartitionKeeper> logger)
    {
        _host = host;
        _maps = maps;
        _registry = registry;
        _time = time;
        _logger = logger;
        _task = BackgroundTask.Start("keeping the replicas of partitions", RunAsync, time, logger);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _task.DisposeAsync();

    private uint[] Hosted => [.. _host.Partitions.Select(static replica => replica.Partition)];

    private static IEnumerable<uint> Dropped(uint[] hosted, PartitionMap map) => hosted.Where(partition => map.Find(partition) is null);

    private async Task RunAsync(CancellationToken stopping)
    {
        var seen = _maps.Current;
        if (Missing(seen).Any() || Dropped(Hosted, seen).Any() || ToLeave(Hosted, seen).Any())
        {
            // In this order: the map is newer than every replica looked at, so that one which it does not have was dropped.
            uint[] hosted = Hosted;
            var map = await _registry.ReadAsync().WaitAsync(stopping).ConfigureAwait(false);
            var toLead = new List<PartitionReplica>();
            foreach (var entry in Missing(map).ToList())
            {
                stopping.ThrowIfCancellationRequested();
                var begun = await BeginAsync(entry).ConfigureAwait(false);
                LogBegun(entry.Id);
                if (entry.Replicas[0] == _host.MemberId && !entry.HasChanged)
                {
                    toLead.Add(begun);
                }
            }

            await CampaignAsync(toLead, stopping).ConfigureAwait(false);

            foreach (uint partition in Dropped(hosted, map))
            {
                stopping.ThrowIfCancellationRequested();
                await _host.DropAsync(partition).ConfigureAwait(false);
                LogDropped(partition);
            }

            foreach (var entry in ToLeave(hosted, map))
            {
                stopping.ThrowIfCancellationRequested();
                await LeaveAsync(entry).ConfigureAwait(false);
            }
        }

        await _maps.WaitForChangeAsync(seen, stopping).ConfigureAwait(false);
    }

    /// <summary>
    /// Nobody has to wait for an election timeout to lead a partition that has just begun: the member that should lead it stands at once,
    /// and again while the others begin their replicas.
    /// </summary>
    private async Task CampaignAsync(List<PartitionReplica> replicas, CancellationToken stopping)
    {
        for (int i = 0; i < CampaignsMax && replicas.Count > 0; i++)
        {
            replicas.ForEach(static replica => replica.Campaign());
            await Task.Delay(CampaignPause, _time, stopping).ConfigureAwait(false);
            replicas.RemoveAll(static replica => replica.GetStatus().Leader != 0);
        }
    }

    private Task<PartitionReplica> BeginAsync(PartitionEntry entry) => entry.HasChanged
        ? _host.JoinAsync(entry.Id, entry.Former?.GetValueOrDefault(_host.MemberId) ?? 0)
        : _host.CreateAsync(entry.Id, [.. entry.Replicas.Order()]);

    /// <summary>Deletes the replica of a partition whose group goes on without it. Each step may be repeated.</summary>
    private async Task LeaveAsync(PartitionEntry entry)
    {
        ulong self = _host.MemberId;
        if (!entry.HasLeft(self) && !await _registry.ReplaceAsync(
            entry.Id, current => current.IsHeldBy(self) ? null : current.WithLeft(self)).ConfigureAwait(false))
        {
            // It is to stay after all, or the whole partition goes: the next round sees.
            return;
        }

        if (await _host.RetireAsync(entry.Id).ConfigureAwait(false) is { } term)
        {
            await _registry.ReplaceAsync(entry.Id, current => current.WithFormer(self, term)).ConfigureAwait(false);
            await _host.DropAsync(entry.Id).ConfigureAwait(false);
            LogLeft(entry.Id);
        }

        await _registry.ReplaceAsync(entry.Id, current => current.HasLeft(self) ? current.WithDeleted(self) : null).ConfigureAwait(false);
    }

    private IEnumerable<PartitionEntry> ToLeave(uint[] hosted, PartitionMap map) => map.All.Where(entry =>
        !entry.IsHeldBy(_host.MemberId) && (entry.HasLeft(_host.MemberId) || hosted.Contains(entry.Id)));

    private IEnumerable<PartitionEntry> Missing(PartitionMap map) => map.All.Where(entry =>
        entry.Stage != PartitionStage.Retired && entry.Replicas.Contains(_host.MemberId) && _host.Find(entry.Id) is null);

    [LoggerMessage(3036, LogLevel.Information, "partition {Partition}: this member has a replica from now on")]
    private partial void LogBegun(uint partition);

    [LoggerMessage(3037, LogLevel.Information, "partition {Partition}: it was dropped, and so is the replica of this member")]
    private partial void LogDropped(uint partition);

    [LoggerMessage(3042, LogLevel.Information, "partition {Partition}: other members have it from now on, and the replica here is deleted")]
    private partial void LogLeft(uint partition);
}
