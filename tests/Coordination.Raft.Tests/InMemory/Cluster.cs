using System.Text;

namespace Coordination.Raft.Tests;

/// <summary>
/// A group of replicas in memory, with a network and disks that do only what they are told: no time passes and no message moves by
/// itself. Single-threaded. Scenarios and unit tests share it; the safety checks watch everything that it does.
/// </summary>
internal sealed class Cluster
{
    private const int StabilizeRoundsMax = 10_000;

    private readonly SortedDictionary<ReplicaId, Replica> _replicas = [];
    private readonly SortedSet<ReplicaId> _crashed = [];
    private readonly SafetyChecks _safety = new();

    public Network Network { get; } = new();

    /// <summary>Called with everything that any replica hands out, before it is done.</summary>
    public Action<Replica, Ready>? Observer { get; set; }

    /// <summary>Whether a snapshot that a leader wants is made at once; otherwise the test makes it.</summary>
    public bool MakesSnapshots { get; set; }

    /// <summary>Replicas that run, by id.</summary>
    public IEnumerable<Replica> Running => _replicas.Values.Where(replica => !_crashed.Contains(replica.Id));

    public Replica this[ReplicaId id] =>
        _replicas.TryGetValue(id, out var replica) ? replica : throw new ArgumentException($"There is no {Names.Of(id)}.", nameof(id));

    public Replica this[ulong id] => this[new ReplicaId(id)];

    /// <summary>A new group of voters with the ids from 1 to <paramref name="voters"/>.</summary>
    public static Cluster OfVoters(int voters, Func<RaftOptions, RaftOptions>? configure = null)
    {
        var cluster = new Cluster();
        ReplicaId[] ids = [.. Enumerable.Range(1, voters).Select(id => new ReplicaId((ulong)id))];
        foreach (var id in ids)
        {
            var options = DefaultOptions(id);
            cluster.Add(configure?.Invoke(options) ?? options, RestoredState.NewGroup(ids));
        }

        return cluster;
    }

    /// <summary>Options with a seed of the replica's own, so that election timeouts differ and never change.</summary>
    public static RaftOptions DefaultOptions(ReplicaId id) => new() { Id = id, Incarnation = 1, Seed = id.Value };

    public Replica Add(RaftOptions options, RestoredState state)
    {
        var replica = new Replica(options, state);
        _replicas.Add(options.Id, replica);
        return replica;
    }

    public bool IsCrashed(ReplicaId id) => _crashed.Contains(id);

    /// <summary>Stops a replica; what its disk had not acknowledged is lost, and so are messages to it.</summary>
    public IReadOnlyList<Message> Crash(ReplicaId id)
    {
        _crashed.Add(id);
        return Network.TakeDown(id);
    }

    public void Restart(ReplicaId id)
    {
        _replicas[id] = this[id].Restart();
        _crashed.Remove(id);
        Network.BringUp(id);
    }

    /// <summary>Cuts every link between different <paramref name="groups"/>, in both directions; returns what got lost.</summary>
    public IReadOnlyList<Message> Partition(params IReadOnlyList<ReplicaId>[] groups)
    {
        List<Message> lost = [];
        foreach (var (here, there) in groups.SelectMany(here => groups.Where(there => there != here).Select(there => (here, there))))
        {
            foreach (var (from, to) in here.SelectMany(from => there.Select(to => (from, to))))
            {
                lost.AddRange(Network.Cut(from, to));
            }
        }

        return lost;
    }

    /// <summary>Cuts a replica off from all others.</summary>
    public IReadOnlyList<Message> Isolate(ReplicaId id) =>
        Partition([id], [.. _replicas.Keys.Where(other => other != id)]);

    /// <summary>Takes what the replica hands out and sends its messages; disk and state machine keep theirs for later.</summary>
    public void TakeReady(Replica replica)
    {
        var ready = replica.Take();
        _safety.Observe(replica, ready);
        Observer?.Invoke(replica, ready);
        foreach (var message in ready.Messages)
        {
            Network.Send(message);
        }

        ReplicaId[] wanted = MakesSnapshots ? [.. ready.SnapshotsWanted] : [];
        foreach (var peer in wanted)
        {
            replica.Node.SendSnapshot(peer, replica.Node.DescribeSnapshot(replica.Applied));
        }
    }

    /// <summary>Does everything that the replica wants, disk and state machine included, until it wants no more.</summary>
    public void Process(Replica replica)
    {
        replica.Settle();
        while (replica.Node.HasReady)
        {
            TakeReady(replica);
            replica.Settle();
        }
    }

    public void Deliver(Message message)
    {
        if (!_crashed.Contains(message.To) && _replicas.TryGetValue(message.To, out var receiver))
        {
            receiver.Node.Step(message);
        }
    }

    /// <summary>
    /// Lets the replicas given, all when none is, process and exchange messages until nothing is left. Messages to others stay under way.
    /// </summary>
    public void Stabilize(params ReplicaId[] only)
    {
        for (int round = 0; round < StabilizeRoundsMax; round++)
        {
            foreach (var replica in Running.Where(replica => Includes(only, replica.Id)).ToList())
            {
                Process(replica);
            }

            var messages = Network.Take(message => Includes(only, message.To));
            if (messages.Count == 0)
            {
                return;
            }

            foreach (var message in messages)
            {
                Deliver(message);
            }
        }

        Assert.Fail($"The cluster still exchanges messages after {StabilizeRoundsMax} rounds.");
    }

    /// <summary>Time passes: one tick for every running replica (of those given), then everything settles; this many times.</summary>
    public void Elapse(int ticks, params ReplicaId[] only)
    {
        for (int i = 0; i < ticks; i++)
        {
            foreach (var replica in Running.Where(replica => Includes(only, replica.Id)))
            {
                replica.Node.Tick();
            }

            Stabilize(only);
        }
    }

    /// <summary>Makes a replica leader by an election that it asks for.</summary>
    public Replica Elect(ulong id)
    {
        this[id].Node.Campaign();
        Stabilize();
        Assert.Equal(ReplicaRole.Leader, this[id].Node.Role);
        return this[id];
    }

    public ProposalResult Propose(ulong id, string command) => this[id].Node.Propose(Encoding.UTF8.GetBytes(command));

    private static bool Includes(ReplicaId[] only, ReplicaId id) => only.Length == 0 || only.Contains(id);
}
