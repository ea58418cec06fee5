using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>What a host asked a log to do for one replica.</summary>
/// <param name="Partition">The replica's partition.</param>
/// <param name="Replica">The replica.</param>
/// <param name="Request">A request to append, or null.</param>
/// <param name="Base">Without a request: where the partition starts or to where it is compacted; null when it is dropped.</param>
/// <param name="IsStart">Whether <paramref name="Base"/> is a start.</param>
/// <param name="HardState">The hard state of a start.</param>
internal readonly record struct WalOperation(
    int Partition, ReplicaRecord Replica, PersistRequest? Request, SnapshotMetadata? Base, bool IsStart, HardState HardState = default);

/// <summary>
/// The model of one node's write-ahead log: what is durable for certain, and the batches after it that a crash may keep or lose. After
/// a crash the log must have recovered what is durable plus the first few of those batches, all partitions at the same batch.
/// </summary>
internal sealed class WalModel(PartitionChecks[] checks)
{
    private readonly ReplicaRecord?[] _present = new ReplicaRecord?[checks.Length];
    private readonly Queue<List<WalOperation>> _written = new();
    private readonly Stack<List<WalOperation>> _pool = new();
    private List<WalOperation> _buffered = [];

    /// <summary>Whether anything was buffered since the last batch.</summary>
    public bool HasBuffered => _buffered.Count > 0;

    /// <summary>The replica that the disk certainly holds for a partition, or null.</summary>
    public ReplicaRecord? Present(int partition) => _present[partition];

    /// <summary>An operation was given to the log.</summary>
    public void OnBuffered(in WalOperation operation) => _buffered.Add(operation);

    /// <summary>Everything buffered is about to be written as one batch.</summary>
    public void OnWriting()
    {
        _written.Enqueue(_buffered);
        _buffered = _pool.TryPop(out var list) ? list : [];
    }

    /// <summary>Everything written is durable.</summary>
    public void OnSynced()
    {
        while (_written.TryDequeue(out var batch))
        {
            Apply(batch);
            Recycle(batch);
        }
    }

    /// <summary>Checks what a log recovered after a crash, and takes it as durable from now on.</summary>
    public void OnRecovered(int node, WalRecovery recovery)
    {
        while (!Matches(recovery))
        {
            if (!_written.TryDequeue(out var batch))
            {
                throw new ViolationException(
                    Rules.Recovery,
                    $"n{node} recovered something that is neither what was synced nor that and some later batches: {Describe(recovery)}");
            }

            Apply(batch);
            Recycle(batch);
        }

        while (_written.TryDequeue(out var lost))
        {
            Recycle(lost);
        }

        _buffered.Clear();
    }

    private void Recycle(List<WalOperation> batch)
    {
        batch.Clear();
        _pool.Push(batch);
    }

    private void Apply(List<WalOperation> batch)
    {
        foreach (var operation in batch)
        {
            var partition = checks[operation.Partition];
            if (operation.Request is { } request)
            {
                partition.OnDurable(operation.Replica, request);
            }
            else if (operation.Base is null)
            {
                _present[operation.Partition] = null;
            }
            else if (operation.IsStart)
            {
                _present[operation.Partition] = operation.Replica;
                partition.OnDurableStart(operation.Replica, operation.Base, operation.HardState);
            }
            else
            {
                PartitionChecks.OnDurableCompaction(operation.Replica, operation.Base);
            }
        }
    }

    private bool Matches(WalRecovery recovery)
    {
        int count = 0;
        for (int i = 0; i < _present.Length; i++)
        {
            if (_present[i] is not { } replica)
            {
                continue;
            }

            count++;
            if (!recovery.Partitions.TryGetValue(new PartitionId((uint)i), out var recovered) || !Matches(replica, recovered))
            {
                return false;
            }
        }

        return count == recovery.Partitions.Count;
    }

    private static bool Matches(ReplicaRecord replica, RecoveredPartition recovered)
    {
        var durable = replica.Durable.Entries;
        if (recovered.HardState != replica.DurableHardState
            || recovered.Snapshot.Index != replica.DurableBase.Index
            || recovered.Snapshot.Term != replica.DurableBase.Term
            || !recovered.Snapshot.Membership.Equals(replica.DurableBase.Membership)
            || recovered.Entries.Count != durable.Length)
        {
            return false;
        }

        // The last fingerprint covers everything before it.
        ulong chain = replica.Durable.Base.Chain;
        foreach (var entry in recovered.Entries)
        {
            chain = Fingerprint.Extend(chain, entry);
        }

        return chain == replica.Durable.Last.Chain;
    }

    private string Describe(WalRecovery recovery)
    {
        List<string> parts = [];
        for (int i = 0; i < _present.Length; i++)
        {
            string expected = _present[i] is { } replica
                ? $"{replica.DurableHardState} base={replica.DurableBase.Index}@{replica.DurableBase.Term} "
                    + $"last={replica.Durable.LastIndex}@{replica.Durable.Last.Term}"
                : "nothing";
            string found = recovery.Partitions.TryGetValue(new PartitionId((uint)i), out var recovered)
                ? $"{recovered.HardState} base={recovered.Snapshot.Index}@{recovered.Snapshot.Term} entries={recovered.Entries.Count}"
                : "nothing";
            parts.Add($"p{i}: with all batches {expected}; found {found}");
        }

        return string.Join("; ", parts);
    }
}
