using System.Collections.Concurrent;
using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.Storage;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>
/// The one owner of a replica: it alone calls the consensus core and the state machine. Inputs come from any thread into queues; a pass of
/// the loop takes everything that is there, lets the core think, hands what it says to disk and state machine, and ends what waited for
/// that. Passes run on the thread pool, one at a time, whenever there is something to do, and never wait for the disk.
/// </summary>
/// <remarks>
/// Order within a pass: commands are applied and committed to the store as one; then readers see them; then watches learn of them; then
/// those who proposed them are told. So whoever was told of a write sees it, and an event is never behind the answer to its write.
/// </remarks>
internal sealed class ReplicaLoop : IThreadPoolWorkItem, ICommitCallback
{
    private readonly RaftNode _node;
    private readonly Applier _applier;
    private readonly ReplicaStorage _storage;
    private readonly PartitionReplicaOptions _options;
    private readonly ReplicaDuties _duties;
    private readonly SnapshotTraffic _snapshots;
    private readonly IReplicaNetwork? _network;
    private readonly ILogger _logger;

    private readonly ConcurrentQueue<Message> _messages = new();
    private readonly ConcurrentQueue<Action> _calls = new();
    private readonly ReplicaProposals _proposals;
    private readonly ReplicaReads _reads;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _isScheduled;
    private int _ticksDue;
    private long _persistedSequence;
    private long _reportedSequence;
    private long _tick;
    private ulong _leadingTerm;
    private ulong _committedIndex;
    private volatile bool _isStopped;
    private volatile bool _isAsleep;
    private volatile bool _canReadLocally;
    private volatile LeaderView _published;

    public ReplicaLoop(
        RaftNode node, Applier applier, ReplicaStorage storage, IReplicaNetwork? network, PartitionReplicaOptions options, ILogger logger)
    {
        _node = node;
        _applier = applier;
        _storage = storage;
        _duties = new ReplicaDuties(storage, options) { Call = Call, Fail = Fail };
        _snapshots = new SnapshotTraffic(node, applier, storage, _duties, network, options.CachedValueBytes, logger) { Call = Call };
        _proposals = new ReplicaProposals(node, storage.Partition, network, options) { Call = Call };
        _reads = new ReplicaReads(node, options);
        Members = new MemberChanges(node, options) { Call = Call };
        _network = network;
        _options = options;
        _logger = logger;
        _published = new LeaderView(node.Term.Value, 0, false, 0);
    }

    public PartitionId Partition => _storage.Partition;

    public ReplicaId Id => _node.Id;

    public StoreView View => _applier.View;

    public ulong AppliedIndex => _applier.PublishedIndex;

    public ReplicaCounters Counters => _applier.Counters;

    public LeaseTimers Leases => _applier.Leases;

    public WatchHub Watches => _applier.Watches;

    public MemberChanges Members { get; }

    public IDurableStateStore Store => _storage.Store;

    public LeaderView Published => _published;

    public Task Started => _started.Task;

    /// <summary>Completes when the replica cannot go on: the node must stop.</summary>
    public Task<Exception> Failed => _failed.Task;

    public bool IsStopped => _isStopped;

    private bool HasInput =>
        !_messages.IsEmpty || _proposals.HasInput || _reads.HasInput || !_calls.IsEmpty || Volatile.Read(ref _ticksDue) > 0
        || Volatile.Read(ref _persistedSequence) > _reportedSequence;

    public Task<ProposalOutcome> ProposeAsync(ReadOnlyMemory<byte> command)
    {
        // In this order: what is committed meanwhile makes the lag seem greater by a little; the other way round it would be below zero.
        ulong applied = _applier.PublishedIndex;
        ulong committed = Volatile.Read(ref _committedIndex);
        if (committed > applied + (ulong)_options.ApplyLagMax || _proposals.Waiting >= _options.PendingProposalsMax)
        {
            return Task.FromResult(new ProposalOutcome(ProposalEnd.TooManyRequests, default, _published.Term));
        }

        var outcome = _proposals.AddAsync(command);
        Wake();
        return outcome;
    }

    /// <summary>Takes a message from another member's replica.</summary>
    public void Receive(Message message)
    {
        _messages.Enqueue(message);
        Wake();
    }

    public string NewSnapshotDirectory() => _snapshots.NewDirectory();

    /// <summary>Takes a snapshot, whole, and the message that came with it.</summary>
    public void Receive(InstallSnapshot message, string directory) => CallUnlessStopped(() => _snapshots.Arrived(message, directory));

    public void Lost(ReplicaId peer) => Call(() => _node.Unreachable(peer));

    /// <summary>A member cannot be reached: matters if it leads.</summary>
    public void Unreachable(ReplicaId member, bool isGone)
    {
        if (_published.Leader == member.Value && !(_published.IsLeader || _isStopped))
        {
            Call(isGone ? () => _node.Gone(member) : _node.Wake);
        }
    }

    /// <summary>Proposes a command for another member, if this replica leads.</summary>
    public Task<ForwardPosition> AcceptAsync(IReadOnlyList<ReadOnlyMemory<byte>> commands)
    {
        var position = _proposals.AcceptAsync(commands);
        Wake();
        return position;
    }

    public ValueTask<LinearizableRead> ReadAsync()
    {
        if (_canReadLocally)
        {
            return ValueTask.FromResult(new LinearizableRead(ReadEnd.Confirmed, View));
        }

        var read = _reads.AddAsync();
        Wake();
        return read;
    }

    public Task<T> QueryAsync<T>(Func<PartitionState, T> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Call(() => _ = _isStopped
            ? answer.TrySetException(new InvalidOperationException("The replica has stopped."))
            : answer.TrySetResult(query(_applier.State)));
        return answer.Task;
    }

    /// <summary>Asks the consensus core, between passes of the loop.</summary>
    public Task<T> QueryCoreAsync<T>(Func<RaftNode, T> query) => QueryAsync(_ => query(_node));

    public async Task CompactionFinishedAsync() =>
        await (await QueryAsync(_ => _duties.CompactedAsync()).ConfigureAwait(false)).ConfigureAwait(false);

    public Task RunInBackgroundAsync(Action<IDurableStateStore> work) => _duties.RunInBackgroundAsync(() => work(Store));

    public ReplicaStatus GetStatus()
    {
        var published = _published;
        return new ReplicaStatus
        {
            Id = Id.Value,
            Term = published.Term,
            Leader = published.Leader,
            IsLearner = Members.View.IsLearner(Id.Value),
            CommittedIndex = Volatile.Read(ref _committedIndex),
            AppliedIndex = _applier.PublishedIndex,
            LeaderChanges = published.Changes,
            PendingProposals = _proposals.Waiting,
            Alarms = _applier.PublishedAlarms,
            IsQuiesced = _isAsleep,
        };
    }

    /// <summary>Begins: a member that is alone does not wait for an election timeout.</summary>
    public void Start() => Call(() =>
    {
        if (_node.Membership.Voters is [var only] && only == Id)
        {
            _node.Campaign();
        }
    });

    /// <summary>Stands for election at once, unless a leader is known.</summary>
    public void Campaign() => CallUnlessStopped(() =>
    {
        if (!_node.Leader.IsSome)
        {
            _node.Campaign();
        }
    });

    /// <summary>Time passes, except for a group that sleeps: nothing in it waits for time.</summary>
    public void Tick()
    {
        if (!(_isAsleep || _isStopped))
        {
            Interlocked.Increment(ref _ticksDue);
            Wake();
        }
    }

    /// <summary>Called on the committer's thread.</summary>
    public void Persisted(PartitionId partition, long sequence)
    {
        Volatile.Write(ref _persistedSequence, sequence);
        Wake();
    }

    /// <summary>Ends everything that waits, then all work in the background. The store is not touched any more afterwards.</summary>
    /// <returns>The term that it ended in: in no later one it has taken part, whatever of it is durable.</returns>
    public async Task<ulong> StopAsync()
    {
        ulong term = await HaltAsync().ConfigureAwait(false);
        await _duties.FinishAsync().ConfigureAwait(false);
        return term;
    }

    /// <summary>As <see cref="StopAsync"/>, without waiting for work in the background.</summary>
    public Task<ulong> HaltAsync()
    {
        var stopped = new TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously);
        Call(() =>
        {
            Halt();
            stopped.TrySetResult(_node.Term.Value);
        });
        return stopped.Task;
    }

    /// <summary>One turn on the thread pool. At most one runs at a time: whoever sets the flag runs, or has it queued.</summary>
    public void Execute()
    {
        do
        {
            Supervise();
            Volatile.Write(ref _isScheduled, 0);

            // An input that came between the end of the pass and this line found the flag set, and relies on this look.
            Interlocked.MemoryBarrier();
        }
        while (HasInput && Interlocked.Exchange(ref _isScheduled, 1) == 0);
    }

    /// <summary>Runs an action in the next pass.</summary>
    internal void Call(Action action)
    {
        _calls.Enqueue(action);
        Wake();
    }

    /// <summary>Ends the replica, unless it has ended: then the reason is known, or it was asked to.</summary>
    private void Fail(Exception failure) => CallUnlessStopped(() => throw failure);

    private void CallUnlessStopped(Action action) => Call(() =>
    {
        if (!_isStopped)
        {
            action();
        }
    });

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            _options.Scheduler.Schedule(this);
        }
    }

    /// <summary>The loop's supervisor: after any exception core and state machine cannot be trusted, so the replica ends.</summary>
    private void Supervise()
    {
        try
        {
            RunPass();
        }
        catch (Exception failure)
        {
            _failed.TrySetResult(failure);
            Halt();
        }
    }

    private void RunPass()
    {
        if (_isStopped)
        {
            Refuse();
            return;
        }

        TakePersisted();
        TakeTicks();
        while (_messages.TryDequeue(out var message))
        {
            _node.Step(message);
        }

        while (_calls.TryDequeue(out var call))
        {
            call();
        }

        if (_isStopped)
        {
            return;
        }

        _proposals.Take(_tick);
        _reads.Take(_tick);
        PublishLeader();
        Drive();
        _snapshots.AfterPass();
        _duties.AfterPass(_node, _applier);
        _isAsleep = _node.IsQuiesced && _proposals.Waiting == 0 && _reads.Waiting == 0 && Members.Waiting == 0;
        if (_applier.State.HasCompactionWork)
        {
            // One slice a pass, and whatever came meanwhile in between.
            _applier.Compact(_options.CompactionSliceChanges);
            Call(static () => { });
        }
        else
        {
            _duties.Compacted();
        }
    }

    private void TakePersisted()
    {
        long persisted = Volatile.Read(ref _persistedSequence);
        if (persisted > _reportedSequence)
        {
            _reportedSequence = persisted;
            if (_snapshots.Persisted(persisted) is { } installed)
            {
                _proposals.PassOver(installed);
                Members.PassOver();
            }

            _node.Persisted(persisted);
        }
    }

    private void TakeTicks()
    {
        int ticks = Interlocked.Exchange(ref _ticksDue, 0);
        if (ticks == 0)
        {
            return;
        }

        for (int i = 0; i < ticks; i++)
        {
            _node.Tick();
        }

        _tick += ticks;
        _proposals.TimeOut(_tick);
        _reads.TimeOut(_tick);
        Members.OnTick(_tick);
        if (_leadingTerm != 0)
        {
            _duties.OnLeadersTick(_node, _applier, _tick);
        }
    }

    private void Drive()
    {
        while (_node.HasReady)
        {
            var ready = _node.TakeReady();
            _options.ReadyTaken?.Invoke(_node, ready);
            Send(ready.Messages);
            foreach (var happened in ready.Events)
            {
                ReplicaLog.Write(_logger, Partition, happened);
            }

            foreach (var peer in ready.SnapshotsWanted)
            {
                _ = _snapshots.MakeAsync(peer);
            }

            if (ready.Persist is { } request)
            {
                _snapshots.Stage(request);
                _storage.Committer.Submit(Partition, request, this);
            }

            foreach (var answer in ready.Reads)
            {
                _reads.Answer(answer);
            }

            Volatile.Write(ref _committedIndex, _node.Committed.Value);
            if (!ready.Committed.IsEmpty)
            {
                _applier.Apply(ready.Committed.Span, _proposals.Tracker, _proposals.Forwards);
                _node.Applied(new LogIndex(_applier.State.AppliedIndex));
                _proposals.Count();
                Members.Applied(ready.Committed.Span);
            }

            PublishLeader();
        }

        _reads.Complete(_applier.State.AppliedIndex, View);
    }

    private void Send(IReadOnlyList<Message> messages)
    {
        Invariant.Check(messages.Count == 0 || _network is not null, "A replica that is alone has a message for another.");
        for (int i = 0; i < messages.Count; i++)
        {
            if (messages[i] is InstallSnapshot install)
            {
                _ = _snapshots.DeliverAsync(install);
                continue;
            }

            _network!.Send(Partition, messages[i]);
        }
    }

    /// <summary>Notes who leads, before anything that this pass caused can leave the node.</summary>
    private void PublishLeader()
    {
        Members.View.Update();
        _published = _published.Next(_node);
        var (term, leads) = (_published.Term, _published.IsLeader);

        // What earlier leaders committed is known, and applied, from the first entry of the own term on (Raft paper, section 8).
        bool serves = leads && _applier.State.AppliedTerm == term;
        if (serves && _leadingTerm != term)
        {
            _leadingTerm = term;
            _applier.Leases.Lead(_applier.State.Leases, _options.TickInterval * _options.ElectionTimeoutTicks);
        }
        else if (!leads && _leadingTerm != 0)
        {
            _leadingTerm = 0;
            _applier.Leases.Follow();
        }

        // Nobody else can have committed anything: what is applied here is everything that was acknowledged to anyone.
        _canReadLocally = serves && _node.Membership is { IsJoint: false, Voters: [var only] } && only == Id;
        if (serves || (_node.Leader.IsSome && _applier.State.AppliedTerm == term))
        {
            _started.TrySetResult();
        }
    }

    private void Halt()
    {
        _isStopped = true;
        _canReadLocally = false;
        _applier.EndAll(ProposalEnd.Stopped);
        _proposals.Stop();
        _reads.Stop();
        Members.Stop();
        _applier.Leases.Follow();
        _applier.Watches.Stop();
        _duties.Stop();
        Refuse();
    }

    /// <summary>Ends what comes to a replica that has stopped.</summary>
    private void Refuse()
    {
        Interlocked.Exchange(ref _ticksDue, 0);
        _reportedSequence = Volatile.Read(ref _persistedSequence);
        _proposals.Refuse();
        _reads.Refuse();
        _messages.Clear();
        while (_calls.TryDequeue(out var call))
        {
            call();
        }
    }
}
