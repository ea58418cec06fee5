namespace Coordination.Simulation;

/// <summary>
/// What lives in a <see cref="World"/>: machines, the replicas that run on them, their clients and operators. There are two kinds: a core
/// with the simulator's own owner, and the replicas of the product.
/// </summary>
internal interface IPopulation
{
    /// <summary>The machines.</summary>
    IReadOnlyList<Machine> Machines { get; }

    /// <summary>Starts the machines and the partitions.</summary>
    void Begin();

    /// <summary>The machine of a partition's leader of the highest term, or null.</summary>
    Machine? FindLeaderMachine(int partition);

    /// <summary>Wakes every group on every machine that runs.</summary>
    void WakeAll();

    /// <summary>Tells some replicas that the process of the leader whom they follow has ended, whether that is true or not.</summary>
    void SayThatLeadersAreGone();

    /// <summary>A client acts.</summary>
    void ActAsClient();

    /// <summary>The operator of a partition acts.</summary>
    void ActAsOperator(int partition);

    /// <summary>Flips a bit on a machine's disk; false when the cluster could not bear it.</summary>
    bool TryFlipBit(Machine machine);

    /// <summary>Something happens on a machine that runs.</summary>
    void Process(Machine machine, in SimulationEvent item);

    /// <summary>Something would have happened on a machine that does not run.</summary>
    void OnMissed(in SimulationEvent item);

    /// <summary>The end of the run, which begins now that all faults have ended.</summary>
    ILivenessPhase BeginLiveness();
}
