using System.Buffers;
using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.Storage;

namespace Coordination.Replication;

/// <summary>
/// What a replica does besides answering: it makes its state durable and cuts the log, and when it leads it ends leases that are due and
/// checkpoints the others. Used by the replica's loop alone, but for work in the background, which may be started by anyone.
/// </summary>
internal sealed class ReplicaDuties(ReplicaStorage storage, PartitionReplicaOptions options)
{
    /// <summary>Looked for every 500 ms, as etcd does: together at most a thousand a second.</summary>
    private const int RevocationsMax = 500;

    private const int CheckpointsMax = 1_000;

    /// <summary>Beyond this the log keeps nothing for followers that lag: they get a snapshot.</summary>
    private const long LogBytesMax = 64L << 20;

    private static readonly TimeSpan LeaseCheckInterval = TimeSpan.FromMilliseconds(500);

    private readonly BackgroundWork _background = new(options.Scheduler);
    private readonly List<TaskCompletionSource> _compactionWaiters = [];
    private readonly List<long> _due = [];
    private readonly ArrayBufferWriter<byte> _encoding = new();
    private readonly long _leaseCheckTicks = Math.Max(1, (long)(LeaseCheckInterval / options.TickInterval));
    private readonly long _checkpointTicks = Math.Max(1, (long)(options.LeaseCheckpointInterval / options.TickInterval));
    private bool _isFlushing;
    private ulong _durableIndex;
    private ulong _flushedIndex;
    private long _flushedBytes;
    private ulong _cutIndex;

    /// <summary>Runs an action in the loop's next pass.</summary>
    public required Action<Action> Call { get; init; }

    /// <summary>What the log keeps for members that are sent a snapshot.</summary>
    public SnapshotHolds Holds { get; } = new();

    /// <summary>Ends the replica.</summary>
    public required Action<Exception> Fail { get; init; }

    /// <summary>Runs something that blocks beside the loop.</summary>
    public Task RunInBackgroundAsync(Action work) => _background.RunAsync(work);

    /// <summary>Waits for the work in the background.</summary>
    public Task FinishAsync() => _background.FinishAsync();

    /// <summary>Completes when no compaction is under way.</summary>
    public Task CompactedAsync()
    {
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _compactionWaiters.Add(finished);
        return finished.Task;
    }

    /// <summary>No compaction is under way.</summary>
    public void Compacted()
    {
        if (_compactionWaiters.Count > 0)
        {
            foreach (var waiter in _compactionWaiters)
            {
                waiter.TrySetResult();
            }

            _compactionWaiters.Clear();
        }
    }

    /// <summary>The replica stops: whoever waits for a compaction hears that it did not end.</summary>
    public void Stop()
    {
        foreach (var waiter in _compactionWaiters)
        {
            waiter.TrySetException(new InvalidOperationException("The replica has stopped."));
        }

        _compactionWaiters.Clear();
    }

    /// <summary>Begins to make the state durable when enough has been applied, and cuts the log when that is done.</summary>
    public void AfterPass(RaftNode node, Applier applier)
    {
        ulong applied = applier.State.AppliedIndex;
        bool isDue = applied - _flushedIndex >= (ulong)options.FlushEntries || applier.AppliedBytes - _flushedBytes >= options.FlushBytes;
        if (isDue && !_isFlushing)
        {
            _isFlushing = true;
            _flushedIndex = applied;
            _flushedBytes = applier.AppliedBytes;
            _ = FlushAsync();
        }

        if (_durableIndex > _cutIndex)
        {
            Cut(node, applied);
        }
    }

    /// <summary>A tick of a leader: proposes what the leases need.</summary>
    public void OnLeadersTick(RaftNode node, Applier applier, long tick)
    {
        // Time ends leases: a group that sleeps has none.
        node.StaysAwake = !applier.Leases.IsEmpty;
        if (tick % _leaseCheckTicks == 0)
        {
            Revoke(node, applier.Leases);
        }

        // Whatever the options say now, the state may hold checkpoints, and renewals wait for this.
        TakeBack(node, applier.Leases);
        if (options.LeaseCheckpoints && tick % _checkpointTicks == 0)
        {
            Checkpoint(node, applier.Leases.TakeCheckpoints(options.LeaseCheckpointInterval));
        }
    }

    private void TakeBack(RaftNode node, LeaseTimers leases)
    {
        foreach (var resets in leases.TakeCheckpointResets().Chunk(CheckpointsMax))
        {
            if (Propose(node, new LeaseCheckpointCommand(resets)) != ProposalStatus.Accepted)
            {
                leases.Postpone(resets);
            }
        }
    }

    private void Revoke(RaftNode node, LeaseTimers leases)
    {
        leases.TakeDue(_due, RevocationsMax);
        foreach (long id in _due)
        {
            // Proposed in the term in which the leader's clock found it due: if that leader is replaced, so is the entry.
            if (Propose(node, new LeaseRevokeCommand(id)) != ProposalStatus.Accepted)
            {
                leases.Postpone(id);
            }
        }

        _due.Clear();
    }

    private void Checkpoint(RaftNode node, IReadOnlyList<LeaseRemaining> remaining)
    {
        foreach (var part in remaining.Chunk(CheckpointsMax))
        {
            // A checkpoint that is not taken costs accuracy after a change of leader, nothing else.
            Propose(node, new LeaseCheckpointCommand(part));
        }
    }

    private ProposalStatus Propose(RaftNode node, Command command)
    {
        CommandCodec.Encode(command, _encoding);
        byte[] bytes = _encoding.WrittenSpan.ToArray();
        _encoding.ResetWrittenCount();
        return node.Propose(bytes).Status;
    }

    private async Task FlushAsync()
    {
        var store = storage.Store;
        try
        {
            ulong durable = await _background.RunAsync(store.Flush).ConfigureAwait(false);
            Call(() =>
            {
                _isFlushing = false;
                if (ReferenceEquals(store, storage.Store))
                {
                    _durableIndex = durable;
                }
            });
        }
        catch (IOException) when (!ReferenceEquals(store, storage.Store))
        {
            // A snapshot took the store's place, and its files are gone.
            Call(() => _isFlushing = false);
        }
        catch (IOException failure)
        {
            // A disk that does not take the state is no place to go on with.
            Fail(failure);
        }
    }

    private void Cut(RaftNode node, ulong applied)
    {
        ulong kept = applied > (ulong)options.CatchUpEntries ? applied - (ulong)options.CatchUpEntries : 0;
        var status = node.GetStatus();
        ulong target = status.LogBytes > LogBytesMax
            ? _durableIndex
            : Holds.Limit(status, new LogIndex(Math.Min(_durableIndex, kept))).Value;
        _cutIndex = _durableIndex;
        if (target <= status.SnapshotIndex.Value)
        {
            return;
        }

        var snapshot = node.DescribeSnapshot(new LogIndex(target));
        node.Compact(snapshot.Index);
        storage.Committer.Compact(storage.Partition, snapshot);
        storage.Committer.Purge();
    }
}
