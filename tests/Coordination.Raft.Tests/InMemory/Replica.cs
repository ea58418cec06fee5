namespace Coordination.Raft.Tests;

/// <summary>
/// One node of a <see cref="Cluster"/> with what surrounds it: the disk, the requests that the disk has not acknowledged, and the state
/// machine. It plays the owner of the node's contract and checks on every <see cref="Take"/> that the node keeps its own side of it.
/// </summary>
internal sealed class Replica
{
    private readonly Queue<PersistRequest> _unsynced = new();
    private readonly Queue<Entry> _unapplied = new();
    private readonly List<Entry> _applied = [];
    private readonly List<ReadResult> _reads = [];
    private long _lastSequence;
    private LogIndex _lastHandedOut;

    public Replica(RaftOptions options, RestoredState state)
        : this(options, new DurableState(state), state)
    {
    }

    private Replica(RaftOptions options, DurableState disk, RestoredState state)
    {
        Options = options;
        Disk = disk;
        Node = new RaftNode(options, state);
        Applied = LogIndex.Max(state.Applied, state.Snapshot.Index);
        _lastHandedOut = Applied;
    }

    public RaftOptions Options { get; }

    public DurableState Disk { get; }

    public RaftNode Node { get; }

    public ReplicaId Id => Options.Id;

    public LogIndex Applied { get; private set; }

    /// <summary>Everything applied since this start, in order.</summary>
    public IReadOnlyList<Entry> AppliedEntries => _applied;

    /// <summary>Every answer to a read since this start, in order.</summary>
    public IReadOnlyList<ReadResult> Reads => _reads;

    /// <summary>A stalled disk finishes nothing of itself; only an explicit <see cref="Persist"/> does.</summary>
    public bool IsDiskStalled { get; set; }

    public IReadOnlyCollection<PersistRequest> Unsynced => _unsynced;

    public IReadOnlyCollection<Entry> Unapplied => _unapplied;

    /// <summary>The same replica after a crash: the disk survives, everything else is lost.</summary>
    public Replica Restart() => new(Options with { Incarnation = Options.Incarnation + 1 }, Disk, Disk.Restore());

    /// <summary>Takes what the node hands out; disk and state machine have it now, but have not done it.</summary>
    public Ready Take()
    {
        Assert.True(Node.HasReady, $"{Names.Of(Id)} has nothing to take.");
        var ready = Node.TakeReady();
        foreach (var message in ready.Messages)
        {
            CheckIsBackedByDisk(message);
        }

        if (ready.Persist is { } request)
        {
            Assert.Equal(_lastSequence + 1, request.Sequence);
            _lastSequence = request.Sequence;
            _unsynced.Enqueue(request);
        }

        foreach (var entry in ready.Committed.Span)
        {
            CheckMayBeApplied(entry);
            _lastHandedOut = entry.Index;
            _unapplied.Enqueue(entry);
        }

        _reads.AddRange(ready.Reads);
        return ready;
    }

    /// <summary>The disk finishes every request up to <paramref name="sequence"/>.</summary>
    public IReadOnlyList<PersistRequest> Persist(long sequence = long.MaxValue)
    {
        List<PersistRequest> done = [];
        while (_unsynced.TryPeek(out var request) && request.Sequence <= sequence)
        {
            Disk.Write(_unsynced.Dequeue());
            done.Add(request);
            if (request.Snapshot is { } snapshot)
            {
                Install(snapshot);
            }
        }

        if (done.Count > 0)
        {
            Node.Persisted(done[^1].Sequence);
        }

        return done;
    }

    /// <summary>The state machine applies what it has up to <paramref name="index"/>, everything when none is given.</summary>
    public void Apply(LogIndex index = default)
    {
        var before = Applied;
        while (_unapplied.TryPeek(out var entry) && (!index.IsSome || entry.Index <= index))
        {
            _applied.Add(_unapplied.Dequeue());
            Applied = entry.Index;
        }

        if (Applied > before)
        {
            Node.Applied(Applied);
        }
    }

    /// <summary>Disk (unless it is stalled) and state machine do all they have.</summary>
    public void Settle()
    {
        if (!IsDiskStalled)
        {
            Persist();
        }

        Apply();
    }

    public void Compact(LogIndex index)
    {
        // While a snapshot is being installed the node's log begins after what the state machine contains.
        if (index <= Node.GetStatus().SnapshotIndex)
        {
            return;
        }

        var snapshot = Node.DescribeSnapshot(index);
        Node.Compact(index);
        Disk.Compact(snapshot);
    }

    private void Install(SnapshotMetadata snapshot)
    {
        while (_unapplied.TryPeek(out var entry) && entry.Index <= snapshot.Index)
        {
            _unapplied.Dequeue();
        }

        Applied = LogIndex.Max(Applied, snapshot.Index);
        _lastHandedOut = LogIndex.Max(_lastHandedOut, snapshot.Index);
    }

    private void CheckIsBackedByDisk(Message message)
    {
        Assert.Equal(Id, message.From);
        Assert.NotEqual(Id, message.To);
        if (message is VoteResponse { Granted: true } vote)
        {
            bool isDurable = Disk.HardState.Term > vote.Term || (Disk.HardState.Term == vote.Term && Disk.HardState.Vote == vote.To);
            Assert.True(isDurable, $"{Names.Of(Id)} answers {vote} before the vote is on disk ({Disk.HardState}).");
        }
        else if (message is AppendAccepted accepted && accepted.Term == Node.Term)
        {
            Assert.True(
                accepted.MatchIndex <= Disk.LastIndex, $"{Names.Of(Id)} answers {accepted} but its disk ends at {Disk.LastIndex}.");
        }
    }

    private void CheckMayBeApplied(Entry entry)
    {
        Assert.True(entry.Index == _lastHandedOut.Next(), $"{Names.Of(Id)} hands out {entry} after {_lastHandedOut}.");
        var durable = Disk.Find(entry.Index);
        Assert.True(durable?.Term == entry.Term, $"{Names.Of(Id)} hands out {entry} but its disk holds {durable?.ToString() ?? "nothing"}.");
    }
}
