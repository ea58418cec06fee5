namespace Coordination.Simulation;

/// <summary>What happened in one world, or in many: the figures of the summary line.</summary>
internal sealed class WorldStatistics
{
    private static readonly int KindCount = Enum.GetValues<FaultKind>().Length;
    private readonly long[] _faults = new long[KindCount];

    /// <summary>Worlds counted.</summary>
    public long Seeds { get; set; } = 1;

    /// <summary>Events processed.</summary>
    public long Steps { get; set; }

    /// <summary>Messages sent.</summary>
    public long Messages { get; set; }

    /// <summary>Entries committed.</summary>
    public long Commits { get; set; }

    /// <summary>Elections won.</summary>
    public long Elections { get; set; }

    /// <summary>Writes acknowledged to clients.</summary>
    public long WritesAcknowledged { get; set; }

    /// <summary>Reads answered.</summary>
    public long ReadsAnswered { get; set; }

    /// <summary>Snapshots installed.</summary>
    public long SnapshotsInstalled { get; set; }

    /// <summary>Membership changes committed.</summary>
    public long MembershipChanges { get; set; }

    /// <summary>Replicas of removed members that were dropped, where those of the product run.</summary>
    public long ReplicasDropped { get; set; }

    /// <summary>Leadership transfers begun.</summary>
    public long Transfers { get; set; }

    /// <summary>Logs recovered after a crash.</summary>
    public long Recoveries { get; set; }

    /// <summary>Nodes that gave up because their disk failed.</summary>
    public long FailStops { get; set; }

    /// <summary>Nodes that refused to start on a damaged log.</summary>
    public long DamageDetected { get; set; }

    /// <summary>Times that a group went to sleep.</summary>
    public long Quiesced { get; set; }

    /// <summary>Comparisons of all that can be read of a replica with the naive state machine.</summary>
    public long Comparisons { get; set; }

    /// <summary>Commits of state machines that a crash took back.</summary>
    public long CommitsLost { get; set; }

    /// <summary>Faults of all kinds.</summary>
    public long Faults => _faults.Sum();

    /// <summary>How often a fault of a kind was injected.</summary>
    public long this[FaultKind kind] => _faults[(int)kind];

    /// <summary>Counts a fault.</summary>
    public void Count(FaultKind kind) => _faults[(int)kind]++;

    /// <summary>Adds the figures of another world.</summary>
    public void Add(WorldStatistics other)
    {
        Seeds += other.Seeds;
        Steps += other.Steps;
        Messages += other.Messages;
        Commits += other.Commits;
        Elections += other.Elections;
        WritesAcknowledged += other.WritesAcknowledged;
        ReadsAnswered += other.ReadsAnswered;
        SnapshotsInstalled += other.SnapshotsInstalled;
        MembershipChanges += other.MembershipChanges;
        ReplicasDropped += other.ReplicasDropped;
        Transfers += other.Transfers;
        Recoveries += other.Recoveries;
        FailStops += other.FailStops;
        DamageDetected += other.DamageDetected;
        Quiesced += other.Quiesced;
        Comparisons += other.Comparisons;
        CommitsLost += other.CommitsLost;
        for (int i = 0; i < _faults.Length; i++)
        {
            _faults[i] += other._faults[i];
        }
    }
}
