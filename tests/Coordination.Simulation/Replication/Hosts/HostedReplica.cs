using System.Runtime.ExceptionServices;
using Coordination.Raft;
using Coordination.Replication;
using Coordination.StateMachine;
using Coordination.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Simulation;

/// <summary>
/// A replica of the product on a simulated machine, with everything that it says and does told to the checkers. A crash of the machine
/// throws it away.
/// </summary>
internal sealed class HostedReplica : ILogClient, IStoreState
{
    private const int ComparisonsPerMille = 30;
    private readonly WorldServices _world;
    private readonly HostedMachine _machine;
    private readonly PartitionHistory _history;
    private readonly PartitionChecks _checks;
    private readonly ReplicaStorage _storage;
    private readonly Applier _applier;
    private readonly List<(Forward Forward, Task<ForwardPosition> Answer)> _accepted = [];
    private ulong _compared;

    /// <summary>Starts a replica on what its log and its store hold.</summary>
    public HostedReplica(
        WorldServices world, HostedMachine machine, PartitionHistory history, SimulatedScheduler scheduler, ReplicaRecord record,
        RecoveredPartition recovered)
    {
        _world = world;
        _machine = machine;
        _history = history;
        _checks = world.Checks[history.Partition];
        Record = record;
        _checks.Directory.Put(record);
        var committer = new HostedCommitter(this, machine.Log, scheduler);
        _storage = ReplicaStorage.Open(machine.Directories, "/node/state", PartitionId, recovered.Snapshot.Index, committer);
        var options = world.Options.Replica with { Scheduler = scheduler, ReadyTaken = OnReady };
        var state = new PartitionState(_storage.Store, options.CachedValueBytes);
        var restored = new RestoredState
        {
            HardState = recovered.HardState,
            Snapshot = recovered.Snapshot,
            Entries = recovered.Entries,
            Applied = new LogIndex(state.AppliedIndex),
        };
        _checks.OnStart(Record, restored);
        Node = new RaftNode(
            world.Options.Core with
            {
                Id = Record.Id,
                Incarnation = (ulong)machine.Incarnation,
                Seed = world.HostRandom.NextULong(),
                MaxPendingReads = options.PendingReadsMax,
                QuiesceAfterTicks = PartitionId.Value == 0 ? 0 : options.QuiesceAfterTicks,
            },
            restored);
        var clock = new SimulatedClock(world, machine, scheduler);
        Applier? applier = null;
        var watching = world.Options.Watches with { Scheduler = scheduler };
        Watches = new WatchHub(() => (applier?.State ?? state).View, WatchEventText.Instance, watching, clock, NullLogger.Instance);
        var leases = new LeaseTimers(clock, options.TickInterval * options.ElectionTimeoutTicks);
        _applier = applier = new Applier(state, leases, Watches, options, NullLogger.Instance);
        Loop = new ReplicaLoop(Node, applier, _storage, machine.Network, options, NullLogger.Instance);
        Replica = new PartitionReplica(Loop, applier.MetadataChanges, machine.Network, options, clock);
        Calls = new ReplicaCalls(world, machine, history, this);
        Watchers = new ReplicaWatchers(world, history, this);
        _checks.OnApplied(Record, this);
        _checks.Canonical.Model.Compare(Record, this);
    }

    /// <summary>Where it runs.</summary>
    public Machine Machine => _machine;

    /// <summary>The replica, as the rest of a node sees it.</summary>
    public PartitionReplica Replica { get; }

    /// <summary>Its loop.</summary>
    public ReplicaLoop Loop { get; }

    /// <summary>Its core.</summary>
    public RaftNode Node { get; }

    /// <summary>Its watches.</summary>
    public WatchHub Watches { get; }

    /// <summary>What clients wait for here.</summary>
    public ReplicaCalls Calls { get; }

    /// <summary>What clients watch here.</summary>
    public ReplicaWatchers Watchers { get; }

    /// <summary>The network says that the leader cannot be reached, or is gone.</summary>
    public void OnLeaderUnreachable(bool isGone) => Loop.Unreachable(Node.Leader, isGone);

    /// <inheritdoc/>
    public int Partition => _history.Partition;

    /// <inheritdoc/>
    public PartitionId PartitionId => new((uint)_history.Partition);

    /// <inheritdoc/>
    public ReplicaRecord Record { get; }

    /// <inheritdoc/>
    public long DurableSequence { get; set; }

    /// <inheritdoc/>
    public PartitionState State => _applier.State;

    /// <inheritdoc/>
    public StoreContent Content => ((SimulatedDurableStore)_storage.Store).Content;

    /// <inheritdoc/>
    public ApplyResult? LastResult => null;

    /// <inheritdoc/>
    public bool HasUncommittedRemovals => false;

    /// <inheritdoc/>
    public LogIndex Applied => new(State.AppliedIndex);

    /// <inheritdoc/>
    public Term AppliedTerm => new(State.AppliedTerm);

    /// <inheritdoc/>
    public void OnPersisted(long sequence) => Loop.Persisted(PartitionId, sequence);

    /// <summary>A snapshot has come whole.</summary>
    public void Receive(SnapshotTransfer transfer)
    {
        string directory = Loop.NewSnapshotDirectory();
        _machine.Directories.Receive(directory, ((StoreImage)transfer.Image).Content);
        Loop.Receive(transfer.Announcement, directory);
    }

    /// <summary>Deletes the store of a replica that was stopped, and that the log has let go of.</summary>
    public void Delete()
    {
        _storage.Dispose();
        _storage.Delete();
    }

    /// <summary>Another member hands over a command.</summary>
    public void Accept(Forward forward) => _accepted.Add((forward, Loop.AcceptAsync(forward.Commands)));

    /// <summary>Work was done on the machine: looks whether it was this replica's, and what came of it.</summary>
    public void AfterWork(IThreadPoolWorkItem item)
    {
        if (ReferenceEquals(item, Watches))
        {
            Watchers.Poll();
            Rethrow(Watches.Failed);
        }
        else if (ReferenceEquals(item, Loop))
        {
            Rethrow(Loop.Failed);
            if (!Loop.IsStopped)
            {
                // What the last pass of a replica that is stopped took in never leaves it.
                _checks.OnPass(Record, Node, []);
                CheckState();
            }

            Calls.Poll();
            Answer();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"n{_machine.Index}/p{Partition}#{Record.Id} {Node.Role}@{Node.Term}";

    private static void Rethrow(Task<Exception> failed)
    {
        if (failed.IsCompletedSuccessfully)
        {
            ExceptionDispatchInfo.Throw(failed.Result);
        }
    }

    private void OnReady(RaftNode node, Ready ready)
    {
        _world.CheckThread();
        if (ready.Persist is { } request)
        {
            _world.Trace?.Add(_world.Now, $"{this} persists {MessageText.Describe(request)}");
            foreach (var entry in request.Entries.Span)
            {
                _history.OnAppended(_machine, entry);
            }

            _checks.OnPersist(Record, node, request);
        }

        _checks.OnPass(Record, node, ready.Events);
        foreach (var happened in ready.Events)
        {
            _world.Trace?.Add(_world.Now, $"{this} {happened.Kind} term={happened.Term} index={happened.Index} peer={happened.Peer}");
            if (happened.Kind == RaftEventKind.BecameLeader)
            {
                _world.Statistics.Elections++;
                _history.Leases.OnElected(_machine, happened.Term);
                YoungLeaders.CutOff(_world, _machine.Index);
            }
            else if (happened.Kind == RaftEventKind.SnapshotAccepted)
            {
                _world.Statistics.SnapshotsInstalled++;
            }
            else if (happened.Kind == RaftEventKind.Quiesced)
            {
                _world.Statistics.Quiesced++;
            }
        }

        foreach (var message in ready.Messages)
        {
            _world.Trace?.Add(_world.Now, $"{this} -> #{message.To} {MessageText.Describe(message)}");
            _checks.OnSend(Record, message);
        }

        _history.OnCommitted();
        _checks.OnHandOut(Record, ready.Committed.Span);
    }

    private void CheckState()
    {
        if (State.AppliedIndex == _compared)
        {
            return;
        }

        _compared = State.AppliedIndex;
        _world.Trace?.Add(_world.Now, $"{this} applied {Applied}@{AppliedTerm} with revision {State.View.Revision}");
        _checks.OnApplied(Record, this);
        if (_world.StateRandom.Chance(ComparisonsPerMille))
        {
            _checks.Canonical.Model.Compare(Record, this);
        }
    }

    /// <summary>The answers to commands of other members set out.</summary>
    private void Answer()
    {
        for (int i = 0; i < _accepted.Count; i++)
        {
            var (forward, answer) = _accepted[i];
            if (answer.IsCompletedSuccessfully)
            {
                var position = answer.Result;
                _accepted.RemoveAt(i--);
                if (_world.Network.TryPass(_machine.Index, forward.Sender.Index, out long delay))
                {
                    forward.SenderScheduler.After(delay, () => forward.End(position));
                }
            }
        }
    }
}
