namespace Coordination.Raft.Tests;

/// <summary>
/// A group whose replicas are wired to each other directly: messages arrive at once, disks and state machines are done at once. So
/// what a measurement of it shows is the core and nothing else. One thread.
/// </summary>
public sealed class DirectGroup
{
    /// <summary>How many applied entries stay in the log for nobody's sake: compaction as a server would do it, now and then.</summary>
    private const int KeptEntries = 1024;

    private readonly RaftNode[] _nodes;

    /// <summary>Starts a group and elects its first replica.</summary>
    public DirectGroup(int replicas)
    {
        ReplicaId[] ids = [.. Enumerable.Range(1, replicas).Select(id => new ReplicaId((ulong)id))];
        _nodes = [.. ids.Select(id => new RaftNode(
            new RaftOptions { Id = id, Incarnation = 1, Seed = id.Value }, RestoredState.NewGroup(ids)))];
        Leader.Campaign();
        Settle();
        if (Leader.Role != ReplicaRole.Leader)
        {
            throw new InvalidOperationException($"Replica {Leader.Id} asked for votes and is {Leader.Role}.");
        }
    }

    /// <summary>The replica that leads.</summary>
    public RaftNode Leader => _nodes[0];

    /// <summary>Entries applied so far, over all replicas.</summary>
    public long Applied { get; private set; }

    /// <summary>Proposes the same command <paramref name="count"/> times and goes on until every replica has applied it as often.</summary>
    public void Commit(ReadOnlyMemory<byte> command, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var result = Leader.Propose(command);
            if (result.Status != ProposalStatus.Accepted)
            {
                throw new InvalidOperationException($"The leader refused a proposal: {result.Status}.");
            }
        }

        Settle();
    }

    /// <summary>Followers learn of the last commit with the next heartbeat; without this they lag one batch behind.</summary>
    public void Heartbeat()
    {
        Leader.Tick();
        Settle();
    }

    /// <summary>Forgets all but the last applied entries, on every replica.</summary>
    public void Compact()
    {
        foreach (var node in _nodes)
        {
            if (node.Committed.Value > KeptEntries)
            {
                node.Compact(new LogIndex(node.Committed.Value - KeptEntries));
            }
        }
    }

    private void Settle()
    {
        bool isSettled;
        do
        {
            isSettled = true;
            foreach (var node in _nodes)
            {
                if (node.HasReady)
                {
                    isSettled = false;
                    Process(node);
                }
            }
        }
        while (!isSettled);
    }

    private void Process(RaftNode node)
    {
        var ready = node.TakeReady();
        for (int i = 0; i < ready.Messages.Count; i++)
        {
            var message = ready.Messages[i];
            _nodes[(int)message.To.Value - 1].Step(message);
        }

        if (ready.Persist is { } request)
        {
            node.Persisted(request.Sequence);
        }

        if (!ready.Committed.IsEmpty)
        {
            Applied += ready.Committed.Length;
            node.Applied(ready.Committed.Span[^1].Index);
        }
    }
}
