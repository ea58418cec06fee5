namespace Coordination.Simulation;

/// <summary>One entry of the <see cref="EventQueue"/>: a value, so that scheduling allocates nothing.</summary>
internal struct SimulationEvent
{
    /// <summary>When, in simulated microseconds.</summary>
    public long Time;

    /// <summary>The order of scheduling: breaks ties of time, so that the run depends on nothing but the seed.</summary>
    public long Sequence;

    /// <summary>What.</summary>
    public EventKind Kind;

    /// <summary>The node concerned, or -1.</summary>
    public int Node;

    /// <summary>The partition concerned, or -1.</summary>
    public int Partition;

    /// <summary>The start of the node that the event belongs to; it is void after a crash. Zero for events that survive one.</summary>
    public int Incarnation;

    /// <summary>A number whose meaning depends on the kind.</summary>
    public ulong Argument;

    /// <summary>An object whose type depends on the kind.</summary>
    public object? Subject;
}
