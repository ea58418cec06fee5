namespace Coordination.Raft.Tests;

/// <summary>
/// One replica of a group whose other members are the test itself: messages go in by hand, and what comes out is kept for inspection.
/// Disk and state machine work at once unless the disk is stalled.
/// </summary>
internal sealed class LoneReplica
{
    private Replica _replica;
    private readonly List<Message> _sent = [];
    private readonly List<PersistRequest> _written = [];
    private readonly List<RaftEventKind> _events = [];
    private readonly List<ReplicaId> _snapshotsWanted = [];

    public LoneReplica(RestoredState state, Func<RaftOptions, RaftOptions>? configure = null, ulong id = 1)
    {
        var options = Given.Options(id);
        _replica = new Replica(configure?.Invoke(options) ?? options, state);
    }

    public RaftNode Node => _replica.Node;

    public Replica Replica => _replica;

    public IReadOnlyList<RaftEventKind> Events => _events;

    public IReadOnlyList<ReplicaId> SnapshotsWanted => _snapshotsWanted;

    /// <summary>A follower of a new group of three.</summary>
    public static LoneReplica New(Func<RaftOptions, RaftOptions>? configure = null) =>
        new(RestoredState.NewGroup(Given.Ids(1, 2, 3)), configure);

    /// <summary>A member of a group of three with these entries on disk.</summary>
    public static LoneReplica With(int term, int[] terms, int commit = 0, ulong vote = 0) =>
        new(Given.Restored(Given.Commands(terms), term, commit, vote));

    /// <summary>The leader of the next term of its group, elected by replica 2; what it sent until then is forgotten.</summary>
    public LoneReplica Lead()
    {
        Node.Campaign();
        Settle();
        Step(new PreVoteResponse(Given.Id(2), Node.Id, Node.Term, Node.Term, Granted: true));
        Step(new VoteResponse(Given.Id(2), Node.Id, Node.Term, Granted: true));
        Assert.Equal(ReplicaRole.Leader, Node.Role);
        Forget();
        return this;
    }

    /// <summary>Replica 2 acknowledges everything.</summary>
    public LoneReplica Commit()
    {
        Step(new AppendAccepted(Given.Id(2), Node.Id, Node.Term, Node.GetStatus().LastIndex));
        Assert.Equal(Node.GetStatus().LastIndex, Node.Committed);
        Forget();
        return this;
    }

    public void Step(Message message)
    {
        Node.Step(message);
        Settle();
    }

    public void Tick(int count = 1)
    {
        for (int i = 0; i < count; i++)
        {
            Node.Tick();
            Settle();
        }
    }

    /// <summary>Does everything that the node wants, and keeps what it sent.</summary>
    public void Settle()
    {
        _replica.Settle();
        while (Node.HasReady)
        {
            var ready = _replica.Take();
            _sent.AddRange(ready.Messages);
            _events.AddRange(ready.Events.Select(happened => happened.Kind));
            _snapshotsWanted.AddRange(ready.SnapshotsWanted);
            if (ready.Persist is { } request)
            {
                _written.Add(request);
            }

            _replica.Settle();
        }
    }

    /// <summary>Crashes and starts again: only what the disk acknowledged is left.</summary>
    public void Restart()
    {
        _replica = _replica.Restart();
        Forget();
    }

    public void Forget()
    {
        _sent.Clear();
        _written.Clear();
        _events.Clear();
    }

    /// <summary>What was sent since the last look, in order.</summary>
    public IReadOnlyList<Message> TakeSent()
    {
        Settle();
        Message[] sent = [.. _sent];
        _sent.Clear();
        return sent;
    }

    /// <summary>What was written since the last look, in order.</summary>
    public IReadOnlyList<PersistRequest> TakeWritten()
    {
        Settle();
        PersistRequest[] written = [.. _written];
        _written.Clear();
        return written;
    }

    /// <summary>The only message that was sent since the last look.</summary>
    public T TakeOnly<T>()
        where T : Message => Assert.IsType<T>(Assert.Single(TakeSent()));

    /// <summary>Everything of one kind that was sent since the last look.</summary>
    public T[] TakeAll<T>()
        where T : Message => [.. TakeSent().OfType<T>()];
}
