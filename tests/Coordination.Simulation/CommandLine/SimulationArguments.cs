namespace Coordination.Simulation;

/// <summary>What the command line asks for.</summary>
internal sealed record SimulationArguments
{
    /// <summary>The first seed; null lets the clock choose.</summary>
    public ulong? FirstSeed { get; init; }

    /// <summary>The last seed; null for no end but that of the time.</summary>
    public ulong? LastSeed { get; init; }

    /// <summary>How long to go on, or null.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>What is the same in all worlds.</summary>
    public WorldOverrides Overrides { get; init; } = new();

    /// <summary>How many worlds run side by side.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether to print every line of the trace.</summary>
    public bool PrintsTrace { get; init; }

    /// <summary>Whether to print a line for each seed.</summary>
    public bool PrintsSeeds { get; init; }

    /// <summary>Whether to explain the options and do nothing.</summary>
    public bool ShowsHelp { get; init; }
}
