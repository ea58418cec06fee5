namespace Coordination.Raft.Tests;

/// <summary>
/// A lease rests on a promise: who answered a heartbeat elects nobody else for an election timeout. This is the order of events in which
/// an answer of a later term, which asks for nothing, made a follower forget the promise. All clocks tick alike.
/// </summary>
public sealed class LeasePromiseTests
{
    private static readonly ReplicaId[] Ids = [new(1), new(2), new(3)];

    private readonly List<Message> _network = [];
    private readonly List<ReadResult> _reads = [];
    private RaftNode[] _nodes = [];

    /// <summary>
    /// 1. Replica 1 leads term 1; its heartbeats are lost until 2 and 3 both ask for pre-votes.
    /// 2. 2 would vote for 3. 3 stands in term 2; its vote requests are under way.
    /// 3. A fresh heartbeat of 1 reaches 2, and its answer reaches 1: the lease holds.
    /// 4. 3 answers the pre-vote request that 2 sent in step 1. The answer carries term 2.
    /// 5. The vote request of step 2 reaches 2. If it votes now, 3 commits writes that a read at 1 does not see.
    /// </summary>
    [Fact]
    public void Answer_of_a_later_term_does_not_make_a_follower_forget_its_promise()
    {
        int answered = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            Start(seed);
            if (!TryLetHeartbeatsGetLost())
            {
                continue;
            }

            Deliver<PreVoteRequest>(from: 3, to: 2);
            Deliver<PreVoteResponse>(from: 2, to: 3);
            Assert.Equal(ReplicaRole.Candidate, Node(3).Role);

            Node(1).Tick();
            Settle();
            Deliver<HeartbeatRequest>(from: 1, to: 2);
            Deliver<HeartbeatResponse>(from: 2, to: 1);
            Deliver<PreVoteRequest>(from: 2, to: 3);
            Deliver<PreVoteResponse>(from: 3, to: 2);
            Deliver<VoteRequest>(from: 3, to: 2);
            Deliver<VoteResponse>(from: 2, to: 3);

            Node(1).Read(1);
            Settle();
            if (_reads.Exists(read => read.Outcome == ReadOutcome.Confirmed))
            {
                answered++;
                Assert.NotEqual(ReplicaRole.Leader, Node(3).Role);
            }
        }

        Assert.True(answered > 0, "In no seed did both followers time out before the leader missed them.");
    }

    private void Start(ulong seed)
    {
        _network.Clear();
        _reads.Clear();
        _nodes = [.. Ids.Select(id => new RaftNode(
            new RaftOptions { Id = id, Incarnation = 1, Seed = seed + id.Value, ReadConfirmation = ReadConfirmation.Lease },
            RestoredState.NewGroup(Ids)))];
        Node(1).Campaign();
        Settle();
        DeliverAll();
        TickAll(3);
        Assert.Equal(ReplicaRole.Leader, Node(1).Role);
    }

    private bool TryLetHeartbeatsGetLost()
    {
        while (Node(2).Role == ReplicaRole.Follower || Node(3).Role == ReplicaRole.Follower)
        {
            foreach (var node in _nodes)
            {
                node.Tick();
                Settle();
            }

            _network.RemoveAll(message => message.From == Ids[0]);
        }

        return Node(1).Role == ReplicaRole.Leader
            && Node(2).Role == ReplicaRole.PreCandidate
            && Node(3).Role == ReplicaRole.PreCandidate;
    }

    private void TickAll(int ticks)
    {
        for (int i = 0; i < ticks; i++)
        {
            foreach (var node in _nodes)
            {
                node.Tick();
            }

            Settle();
            DeliverAll();
        }
    }

    private RaftNode Node(int id) => _nodes[id - 1];

    private void Deliver<T>(int from, int to)
        where T : Message => Deliver(message => message is T && message.From == Ids[from - 1] && message.To == Ids[to - 1]);

    private void DeliverAll()
    {
        while (_network.Count > 0)
        {
            Deliver(_ => true);
        }
    }

    private void Deliver(Predicate<Message> which)
    {
        var delivered = _network.FindAll(which);
        _network.RemoveAll(which);
        foreach (var message in delivered)
        {
            _nodes[(int)message.To.Value - 1].Step(message);
            Settle();
        }
    }

    private void Settle()
    {
        foreach (var node in _nodes)
        {
            while (node.HasReady)
            {
                var ready = node.TakeReady();
                _network.AddRange(ready.Messages);
                _reads.AddRange(ready.Reads);
                if (ready.Persist is { } request)
                {
                    node.Persisted(request.Sequence);
                }

                if (!ready.Committed.IsEmpty)
                {
                    node.Applied(ready.Committed.Span[^1].Index);
                }
            }
        }
    }
}
