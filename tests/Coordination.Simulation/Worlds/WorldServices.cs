using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// What all parts of one world share: time, the future, the links, the checkers and the figures. One object a world and nothing static, so
/// that worlds can run side by side on threads.
/// </summary>
internal sealed class WorldServices : INetworkSchedule
{
    private const ulong NewsSeed = 0x0FF1CE60DE;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Lays the ground of a world.</summary>
    public WorldServices(WorldOptions options, TraceRecorder? trace)
    {
        Options = options;
        Trace = trace;
        var seeds = new SimulationRandom(options.Seed);
        HostRandom = seeds.Split();
        ClientRandom = seeds.Split();
        FaultRandom = seeds.Split();
        OperatorRandom = seeds.Split();
        NewsRandom = new SimulationRandom(options.Seed ^ NewsSeed);
        Network = new SimulatedNetwork(options.Nodes, seeds.Split(), this, Statistics) { Options = options.Network };
        StateRandom = seeds.Split();
        Machines = options.State == StateMachineKind.Store ? new StoreFactory(this) : new RegisterFactory(options, ClientRandom);
        Checks = new PartitionChecks[options.Partitions];
        for (int i = 0; i < Checks.Length; i++)
        {
            Checks[i] = CreateChecks(options.InitialVoters);
        }
    }

    /// <summary>How the world is made.</summary>
    public WorldOptions Options { get; }

    /// <summary>Where the run is recorded, or null.</summary>
    public TraceRecorder? Trace { get; }

    /// <summary>The figures.</summary>
    public WorldStatistics Statistics { get; } = new();

    /// <summary>The future.</summary>
    public EventQueue Queue { get; } = new();

    /// <summary>The links.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>The checkers of each partition.</summary>
    public PartitionChecks[] Checks { get; }

    /// <summary>Chance in the hosts: delays of disks and state machines, seeds of the cores.</summary>
    public SimulationRandom HostRandom { get; }

    /// <summary>Chance in state machines and what is read of them, where they are the product's.</summary>
    public SimulationRandom StateRandom { get; }

    /// <summary>What the world replicates.</summary>
    public IStateMachineFactory Machines { get; }

    /// <summary>Chance in what clients do.</summary>
    public SimulationRandom ClientRandom { get; }

    /// <summary>Chance in what goes wrong.</summary>
    public SimulationRandom FaultRandom { get; }

    /// <summary>Chance in what the network says of leaders; its numbers are its own, so that worlds without it stay as they were.</summary>
    public SimulationRandom NewsRandom { get; }

    /// <summary>Chance in what the operator does.</summary>
    public SimulationRandom OperatorRandom { get; }

    /// <summary>Fails when called on another thread than the one that built the world: its work must not escape.</summary>
    public void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new ViolationException(Rules.OneThread, $"Something runs on thread {Environment.CurrentManagedThreadId}.");
        }
    }

    /// <inheritdoc/>
    public long Now { get; set; }

    /// <inheritdoc/>
    public void Schedule(long delay, EventKind kind, int node, int partition, object? subject, ulong argument = 0) =>
        Schedule(delay, kind, node, partition, 0, subject, argument);

    /// <summary>Puts an event of one start of a node into the future; a crash before it makes it void.</summary>
    public void Schedule(long delay, EventKind kind, int node, int partition, int incarnation, object? subject = null, ulong argument = 0)
    {
        var item = new SimulationEvent
        {
            Time = Now + delay,
            Kind = kind,
            Node = node,
            Partition = partition,
            Incarnation = incarnation,
            Argument = argument,
            Subject = subject,
        };
        Queue.Add(ref item);
    }

    private PartitionChecks CreateChecks(int voters)
    {
        var directory = new ReplicaDirectory();
        for (int node = 0; node < voters; node++)
        {
            directory.Add(node).WasMember = true;
        }

        return new PartitionChecks(directory, Membership.Create(directory.All.Select(record => record.Id)), Machines.CreateModel());
    }
}
