using System.Diagnostics;
using System.Security.Cryptography;
using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.Storage;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>Puts replicas together from what log and stores hold, for a host.</summary>
internal sealed class ReplicaFactory(
    PartitionHostOptions host, string states, GroupCommitter committer, IWatchEventEncoder encoder, ILogger logger, TimeProvider time)
{
    /// <summary>Told when a replica cannot go on.</summary>
    public required Action<HostedPartition, Exception> Failed { get; init; }

    /// <summary>
    /// Opens the store of a replica and what goes with it; begins the store when the replica is new. It does not run yet.
    /// </summary>
    /// <exception cref="IOException">The store cannot be opened, or is damaged.</exception>
    public HostedPartition Open(PartitionId partition, RecoveredPartition recovered)
    {
        long began = Stopwatch.GetTimestamp();
        var storage = ReplicaStorage.Open(RocksDbDirectories.Instance, states, partition, recovered.Snapshot.Index, committer);

        // Every partition but the first takes its keys over from another one before it serves.
        storage.BegunAs = partition.Value == 0 ? PartitionPhase.Serving : PartitionPhase.Receiving;
        try
        {
            return Open(storage, recovered, began);
        }
        catch
        {
            // Not handled, only cleaned up after.
            storage.Dispose();
            throw;
        }
    }

    private HostedPartition Open(ReplicaStorage storage, RecoveredPartition recovered, long began)
    {
        var state = storage.OpenState(host.Replica.CachedValueBytes);
        var hosted = Open(storage, state, recovered);
        ulong last = recovered.Entries.Count > 0 ? recovered.Entries[^1].Index.Value : recovered.Snapshot.Index.Value;
        ReplicaLog.Opened(
            logger, storage.Partition.Value, state.View.Revision, state.View.KeyCount, state.AppliedIndex, last,
            (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        return hosted;
    }

    private HostedPartition Open(ReplicaStorage storage, PartitionState state, RecoveredPartition recovered)
    {
        var options = host.Replica;
        var node = new RaftNode(OptionsOf(storage.Partition, options), new RestoredState
        {
            HardState = recovered.HardState,
            Snapshot = recovered.Snapshot,
            Entries = recovered.Entries,
            Applied = new LogIndex(state.AppliedIndex),
        });
        Applier? applier = null;
        StoreView ViewOf() => (applier?.State ?? state).View;
        var watches = new WatchHub(ViewOf, encoder, host.Watches, time, logger);
        var leases = new LeaseTimers(time, options.TickInterval * options.ElectionTimeoutTicks);
        applier = new Applier(state, leases, watches, options, logger);
        var loop = new ReplicaLoop(node, applier, storage, host.Network, options, logger);
        var replica = new PartitionReplica(loop, applier.MetadataChanges, host.Network, options, time);
        var hosted = new HostedPartition(storage, loop, replica);
        _ = NoteAsync(hosted, loop.Failed);
        _ = NoteAsync(hosted, watches.Failed);
        _ = NoteAsync(hosted, storage.Store);
        storage.Opened = store => _ = NoteAsync(hosted, store);
        return hosted;
    }

    private async Task NoteAsync(HostedPartition hosted, Task<Exception> failed) => Failed(hosted, await failed.ConfigureAwait(false));

    /// <summary>A store that was replaced by a snapshot may fail: its files are gone.</summary>
    private async Task NoteAsync(HostedPartition hosted, IDurableStateStore store)
    {
        var failure = await store.Failed.ConfigureAwait(false);
        if (ReferenceEquals(store, hosted.Storage.Store))
        {
            Failed(hosted, failure);
        }
    }

    private RaftOptions OptionsOf(PartitionId partition, PartitionReplicaOptions options)
    {
        Span<byte> random = stackalloc byte[2 * sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return new RaftOptions
        {
            Id = new ReplicaId(host.MemberId),
            Incarnation = BitConverter.ToUInt64(random),
            Seed = BitConverter.ToUInt64(random[sizeof(ulong)..]),
            ElectionTimeoutTicks = options.ElectionTimeoutTicks,
            QuiesceAfterTicks = partition.Value == 0 ? 0 : options.QuiesceAfterTicks,
            MaxPendingReads = options.PendingReadsMax,
        };
    }
}
