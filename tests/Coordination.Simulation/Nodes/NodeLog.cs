using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>
/// The write-ahead log of one start of a node and its group commit, as the production thread does it: requests of all partitions collect,
/// are written as one batch, synced, and then acknowledged in order. Everything that the log is asked for is also told to the node's
/// <see cref="WalModel"/>. An <see cref="IOException"/> out of here means that the node must stop.
/// </summary>
internal sealed class NodeLog(WorldServices world, Machine node, WriteAheadLog log, WalModel model)
{
    /// <summary>How many times longer a slow disk takes.</summary>
    public const int SlowFactor = 100;

    private readonly Queue<Batch> _unsynced = new();
    private readonly Stack<Batch> _pool = new();
    private Batch _buffered = new();
    private bool _writeScheduled;
    private bool _writeWaits;
    private long _lastSyncTime;
    private ulong _written;

    /// <summary>Buffers a replica's request.</summary>
    public void Append(ILogClient replica, PersistRequest request)
    {
        model.OnBuffered(new WalOperation(replica.Partition, replica.Record, request, null, false));
        log.Append(replica.PartitionId, request);
        _buffered.Requests.Add((replica, request.Sequence));
        _buffered.MustSync |= request.MustSync;
        ScheduleWrite();
    }

    /// <summary>Buffers the compaction of a replica's log.</summary>
    public void Compact(ILogClient replica, SnapshotMetadata snapshot)
    {
        model.OnBuffered(new WalOperation(replica.Partition, replica.Record, null, snapshot, false));
        log.Compact(replica.PartitionId, snapshot);
        ScheduleWrite();
    }

    /// <summary>Buffers the start of a partition.</summary>
    public void Create(int partition, ReplicaRecord replica, SnapshotMetadata start, HardState hardState = default)
    {
        model.OnBuffered(new WalOperation(partition, replica, null, start, true, hardState));
        log.CreatePartition(new PartitionId((uint)partition), start, hardState);
    }

    /// <summary>Buffers the end of a partition.</summary>
    public void Drop(int partition, ReplicaRecord replica)
    {
        model.OnBuffered(new WalOperation(partition, replica, null, null, false));
        log.DropPartition(new PartitionId((uint)partition));
    }

    /// <summary>Buffers what a starting replica has to write before it runs.</summary>
    public void Restore(int partition, ReplicaRecord replica, PersistRequest request)
    {
        model.OnBuffered(new WalOperation(partition, replica, request, null, false));
        log.Append(new PartitionId((uint)partition), request);
    }

    /// <summary>The time to write a batch has come.</summary>
    public void OnWrite()
    {
        _writeScheduled = false;
        if (!model.HasBuffered)
        {
            return;
        }

        if (_unsynced.Count >= world.Options.BatchesInFlight)
        {
            _writeWaits = true;
            return;
        }

        var batch = Write();
        if (!batch.MustSync && _unsynced.Count == 0)
        {
            Complete(batch);
            return;
        }

        _unsynced.Enqueue(batch);
        _lastSyncTime = Math.Max(_lastSyncTime, world.Now + SyncDelay());
        world.Schedule(_lastSyncTime - world.Now, EventKind.SyncBatch, node.Index, -1, node.Incarnation, null, batch.Number);
    }

    /// <summary>The sync that was begun for a batch is done.</summary>
    public void OnSync(ulong batch)
    {
        if (_unsynced.TryPeek(out var first) && first.Number <= batch)
        {
            Sync();
            if (world.HostRandom.Chance(100))
            {
                Purge();
            }
        }
    }

    /// <summary>Writes and syncs everything now, for the rare moments when the host has to wait for its disk.</summary>
    public void Flush()
    {
        if (model.HasBuffered)
        {
            _unsynced.Enqueue(Write());
        }

        if (_unsynced.Count > 0)
        {
            Sync();
        }
    }

    /// <summary>The partitions that must compact before the log can become shorter, if it is long.</summary>
    public IReadOnlyList<PartitionId> FindPinning() => log.GetStatus().Segments > 4 ? log.PinningOldestSegment() : [];

    /// <summary>Deletes the segments that no partition needs.</summary>
    public void Purge()
    {
        // The log writes and syncs what is buffered before it deletes: here it is done by the host, which wants to know.
        while (model.HasBuffered)
        {
            Flush();
        }

        log.Purge();
    }

    private Batch Write()
    {
        var batch = _buffered;
        batch.Number = ++_written;
        _buffered = _pool.TryPop(out var free) ? free : new Batch();
        model.OnWriting();
        log.WriteBatch();
        if (world.Trace is { } trace)
        {
            trace.Add(world.Now, $"n{node.Index} log writes batch {batch.Number} with {batch.Requests.Count} requests");
        }

        return batch;
    }

    private void Sync()
    {
        log.Sync();
        model.OnSynced();
        world.Trace?.Add(world.Now, $"n{node.Index} log synced up to batch {_written}");
        while (_unsynced.TryDequeue(out var batch))
        {
            Complete(batch);
        }

        if (_writeWaits)
        {
            _writeWaits = false;
            ScheduleWrite();
        }
    }

    private void Complete(Batch batch)
    {
        foreach (var (replica, sequence) in batch.Requests)
        {
            replica.DurableSequence = sequence;
        }

        foreach (var (replica, sequence) in batch.Requests)
        {
            if (replica.DurableSequence == sequence)
            {
                replica.OnPersisted(sequence);
            }
        }

        batch.Requests.Clear();
        batch.MustSync = false;
        _pool.Push(batch);
    }

    private void ScheduleWrite()
    {
        if (!_writeScheduled)
        {
            _writeScheduled = true;
            world.Schedule(1 + world.HostRandom.Next(world.Options.BatchDelay), EventKind.WriteBatch, node.Index, -1, node.Incarnation);
        }
    }

    private long SyncDelay()
    {
        long delay = 1 + world.HostRandom.Next(world.Options.SyncDelay);
        return node.HasSlowDisk ? delay * SlowFactor : delay;
    }

    private sealed class Batch
    {
        public List<(ILogClient Replica, long Sequence)> Requests { get; } = [];

        public bool MustSync { get; set; }

        public ulong Number { get; set; }
    }
}
