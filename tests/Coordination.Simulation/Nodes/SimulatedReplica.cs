using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// One running replica: the sole owner of its <see cref="RaftNode"/>, as a production replica is. After every input it takes what
/// there is to do and does it: messages to the network, requests to the node's log, committed entries to the state machine, each with
/// its own delay. A crash of the node throws the object away; a new one starts from <see cref="ReplicaDisk"/> and log.
/// </summary>
internal sealed class SimulatedReplica : ILogClient
{
    private const int ComparisonsPerMille = 100;
    private readonly WorldServices _world;
    private readonly SimulatedNode _host;
    private readonly PartitionChecks _checks;
    private readonly ReplicaDisk _disk;
    private readonly List<Entry> _toApply = [];
    private readonly SnapshotExchange _snapshots;
    private bool _applyScheduled;
    private readonly LateAnswers _lateAnswers = new();
    private LogIndex _compacted;

    /// <summary>Starts a replica.</summary>
    public SimulatedReplica(WorldServices world, SimulatedNode host, int partition, ReplicaDisk disk, RestoredState state, ulong start)
    {
        _world = world;
        _host = host;
        _disk = disk;
        _checks = world.Checks[partition];
        Partition = partition;
        PartitionId = new PartitionId((uint)partition);
        Record = disk.Record;
        State = disk.State.Open();
        _compacted = state.Snapshot.Index;
        _snapshots = new SnapshotExchange(world, host, this);
        Sessions = new ReplicaSessions(Record, _checks, State, world);
        _checks.OnStart(Record, state);
        _checks.OnOpened(Record, State, disk.State.Durable);
        Node = new RaftNode(world.Options.Core with { Id = Record.Id, Incarnation = start, Seed = world.HostRandom.NextULong() }, state);
        Drain();
    }

    /// <summary>Which partition's.</summary>
    public int Partition { get; }

    /// <summary>The same, typed.</summary>
    public PartitionId PartitionId { get; }

    /// <summary>What the checkers know of the replica.</summary>
    public ReplicaRecord Record { get; }

    /// <summary>The core.</summary>
    public RaftNode Node { get; }

    /// <summary>What clients wait for here.</summary>
    public ReplicaSessions Sessions { get; }

    /// <summary>The last position that the state machine contains.</summary>
    public LogIndex Applied => State.Applied;

    /// <summary>The state machine.</summary>
    public IReplicaState State { get; }

    /// <summary>For the log: the last request that is written in the batch at hand.</summary>
    public long DurableSequence { get; set; }

    /// <summary>Whether the replica was dropped; what still arrives for it is ignored.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Ends the replica for good.</summary>
    public void Stop() => IsStopped = true;

    /// <summary>A tick of the node's clock. Sleeping groups are not ticked.</summary>
    public void Tick()
    {
        if (!Node.IsQuiesced)
        {
            Node.Tick();
            Drain();
        }
    }

    /// <summary>A message arrived.</summary>
    public void Step(Message message)
    {
        if (Node.Role == ReplicaRole.Leader)
        {
            _lateAnswers.Remember(message);
        }

        Node.Step(message);
        Drain();
    }

    /// <summary>A snapshot arrived with all its bytes.</summary>
    public void Step(SnapshotTransfer transfer)
    {
        _snapshots.OnArrived(transfer);
        Step(transfer.Announcement);
    }

    /// <summary>A client writes here; true when the core took it.</summary>
    public bool Propose(byte[] command)
    {
        var result = Node.Propose(command);
        if (result.Status == ProposalStatus.Accepted)
        {
            Sessions.OnProposed(result, command);
        }

        Drain();
        return result.Status == ProposalStatus.Accepted;
    }

    /// <summary>A client reads here; false when the core refused.</summary>
    public bool Read()
    {
        ulong id = Sessions.BeginRead();
        bool accepted = Node.Read(id);
        if (!accepted)
        {
            Sessions.OnReadRefused(id);
        }

        Drain();
        return accepted;
    }

    /// <summary>The operator changes the membership here.</summary>
    public ProposalResult ProposeMembership(MembershipChange change)
    {
        var result = Node.ProposeMembership(change);
        Drain();
        return result;
    }

    /// <summary>The operator moves leadership away from here.</summary>
    public bool Transfer(ReplicaId target)
    {
        var status = Node.TransferLeadership(target);
        Drain();
        return status == ProposalStatus.Accepted;
    }

    /// <summary>Somebody makes the replica stand for election.</summary>
    public void Campaign()
    {
        Node.Campaign();
        Drain();
    }

    /// <summary>The failure detector wakes the group.</summary>
    public void Wake()
    {
        Node.Wake();
        Drain();
    }

    /// <summary>Somebody says that the process of the leader has ended.</summary>
    public void OnLeaderGone()
    {
        Node.Gone(Node.Leader);
        Drain();
    }

    /// <summary>The transport lost messages to a peer.</summary>
    public void OnUnreachable(ReplicaId peer)
    {
        Node.Unreachable(peer);
        Drain();
    }

    /// <summary>The transfer of a snapshot to a peer is complete.</summary>
    public void OnSnapshotDelivered(InstallSnapshot announcement)
    {
        Node.SnapshotDelivered(announcement.To, announcement.Snapshot.Index);
        Drain();
    }

    /// <summary>The transfer of a snapshot to a peer broke off.</summary>
    public void OnSnapshotFailed(ReplicaId peer)
    {
        Node.SnapshotFailed(peer);
        Drain();
    }

    /// <summary>A snapshot that a follower needs is made.</summary>
    public void OnSnapshotMade(ReplicaId peer)
    {
        _snapshots.OnMade(peer);
        Drain();
    }

    /// <summary>The node's log wrote everything up to a request.</summary>
    public void OnPersisted(long sequence)
    {
        if (!IsStopped)
        {
            Node.Persisted(sequence);
            Drain();
        }
    }

    /// <summary>The state machine has applied what waited.</summary>
    public void OnApply()
    {
        _applyScheduled = false;
        if (_toApply.Count == 0)
        {
            return;
        }

        foreach (var entry in _toApply)
        {
            State.Apply(entry);
            _checks.OnApplied(Record, State);
            _world.Trace?.Add(_world.Now, $"{this} applied {State}");
        }

        State.Commit();
        if (_world.StateRandom.Chance(ComparisonsPerMille))
        {
            _checks.Canonical.Model.Compare(Record, State);
        }

        foreach (var entry in _toApply)
        {
            Sessions.OnApplied(entry);
        }

        _toApply.Clear();
        Sessions.OnAppliedUpTo(Applied);
        Node.Applied(Applied);
        Drain();
    }

    /// <summary>The received snapshot at the head of the line is installed: state machine first, then the log.</summary>
    public void OnInstall()
    {
        var image = _snapshots.Install();
        State.Install(image);
        _checks.OnOpened(Record, State, image.Metadata);
        _toApply.Clear();
        _compacted = image.Metadata.Index;
        _world.Statistics.SnapshotsInstalled++;
        Sessions.OnSnapshot(Applied);
        _snapshots.WriteInstalled();
    }

    /// <summary>Flushes the state machine, and compacts the log, keeping some entries more than needed.</summary>
    public void Flush(int keptEntries)
    {
        if (_snapshots.IsInstalling || !Applied.IsSome)
        {
            return;
        }

        if (Applied > _disk.State.Durable.Index)
        {
            _ = Describe(Applied);
            State.Flush();
        }

        long target = _disk.State.Durable.Index - LogIndex.None - keptEntries;
        if (target > _compacted - LogIndex.None)
        {
            _compacted = new LogIndex((ulong)target);
            var snapshot = Describe(_compacted);
            Node.Compact(_compacted);
            _host.Log.Compact(this, snapshot);
            Record.Log.DropThrough(_compacted);
            Drain();
        }
    }

    /// <summary>The core's description of a position of the state machine, compared with the state machine's own.</summary>
    public SnapshotMetadata Describe(LogIndex index)
    {
        var snapshot = Node.DescribeSnapshot(index);
        bool agrees = snapshot.Index == index
            && (index != Applied || (snapshot.Term == State.AppliedTerm && snapshot.Membership.Equals(State.Membership)));
        if (!agrees)
        {
            throw new ViolationException(
                Rules.StateMachineSafety,
                $"{Record} describes {MessageText.Describe(snapshot)}, but applied "
                + $"{Applied}@{State.AppliedTerm} {State.Membership}.");
        }

        return snapshot;
    }

    /// <inheritdoc/>
    public override string ToString() => $"n{_host.Index}/p{Partition}#{Record.Id} {Node.Role}@{Node.Term}";

    private void Drain()
    {
        while (Node.HasReady)
        {
            Do(Node.TakeReady());
        }

        _checks.OnStep(Record, Node);
    }

    private void Do(Ready ready)
    {
        if (ready.Persist is { } request)
        {
            _world.Trace?.Add(_world.Now, $"{this} persists {MessageText.Describe(request)}");
            _checks.OnPersist(Record, Node, request);
        }

        Report(ready.Events);
        _checks.OnStep(Record, Node);
        Send(ready.Messages);
        HandOut(ready.Committed);
        foreach (var result in ready.Reads)
        {
            Sessions.OnReadResult(result, Applied);
        }

        foreach (var peer in ready.SnapshotsWanted)
        {
            _snapshots.OnWanted(peer);
        }

        if (ready.Persist is { } toWrite)
        {
            _snapshots.Write(toWrite);
        }
    }

    private void Send(IReadOnlyList<Message> messages)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            _checks.OnSend(Record, message);
            _world.Trace?.Add(_world.Now, $"{this} -> #{message.To} {MessageText.Describe(message)}");
            if (_checks.Directory.Find(message.To) is not { } receiver)
            {
                throw new ViolationException(Rules.Invariant, $"{Record} sends {message.Kind} to the unknown replica #{message.To}.");
            }

            if (message is InstallSnapshot announcement)
            {
                _world.Network.SendSnapshot(_host.Index, receiver.Node, Partition, _snapshots.Attach(announcement));
            }
            else
            {
                _world.Network.Send(_host.Index, receiver.Node, Partition, message);
            }
        }
    }

    private void HandOut(ReadOnlyMemory<Entry> entries)
    {
        if (entries.Length == 0)
        {
            return;
        }

        _world.Trace?.Add(_world.Now, $"{this} applies [{MessageText.Describe(entries.Span)}]");
        _checks.OnHandOut(Record, entries.Span);
        _toApply.AddRange(entries.Span);
        if (!_applyScheduled)
        {
            _applyScheduled = true;
            long delay = 1 + _world.HostRandom.Next(_world.Options.ApplyDelay);
            _world.Schedule(delay, EventKind.Apply, _host.Index, Partition, _host.Incarnation, this);
        }
    }

    private void RepeatAnswersOfEarlierTerms()
    {
        foreach (var answer in _lateAnswers.Take())
        {
            _world.Schedule(_world.Options.TickMicroseconds, EventKind.Deliver, _host.Index, Partition, answer);
        }
    }

    private void Report(IReadOnlyList<RaftEvent> events)
    {
        for (int i = 0; i < events.Count; i++)
        {
            var item = events[i];
            _world.Trace?.Add(_world.Now, $"{this} {item.Kind} term={item.Term} index={item.Index} peer={item.Peer}");
            if (item.Kind == RaftEventKind.BecameLeader)
            {
                _world.Statistics.Elections++;
                RepeatAnswersOfEarlierTerms();
            }
            else if (item.Kind == RaftEventKind.Quiesced)
            {
                _world.Statistics.Quiesced++;
            }
        }
    }
}
