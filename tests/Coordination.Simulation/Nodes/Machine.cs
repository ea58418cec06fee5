namespace Coordination.Simulation;

/// <summary>
/// One machine: a disk, a clock that drifts, and a process that runs or does not. What the process does is for its heirs to say. Called by
/// <see cref="World"/> only, one event at a time.
/// </summary>
internal abstract class Machine
{
    /// <summary>Builds a machine that is off.</summary>
    protected Machine(WorldServices world, int index)
    {
        Index = index;
        int drift = world.Options.DriftPercent;
        Files.Faults.SyncsLie = world.Options.DisksLie;
        TickPeriod = world.Options.TickMicroseconds * (100 - drift + world.HostRandom.Next((2 * drift) + 1)) / 100;
    }

    /// <summary>The machine's number.</summary>
    public int Index { get; }

    /// <summary>Its disk.</summary>
    public SimulatedFileSystem Files { get; protected set; } = new();

    /// <summary>Counts the starts and crashes: events of an earlier one are void.</summary>
    public int Incarnation { get; protected set; } = 1;

    /// <summary>What it is doing.</summary>
    public NodeState State { get; protected set; }

    /// <summary>Until when its process is stopped.</summary>
    public long PausedUntil { get; set; }

    /// <summary>Whether its disk is very slow.</summary>
    public bool HasSlowDisk { get; set; }

    /// <summary>How long its ticks are.</summary>
    public int TickPeriod { get; }

    /// <summary>Starts the process on what the disk holds.</summary>
    public abstract void Start();

    /// <summary>Stops the process at once; whatever was in memory is gone. What the disk loses of its files is the caller's.</summary>
    public abstract void Stop();

    /// <summary>A tick of the clock.</summary>
    public abstract void Tick();

    /// <summary>Makes the replica of a partition stand for election; false when there is none.</summary>
    public abstract bool TryCampaign(int partition);
}
