namespace Coordination.Raft;

/// <summary>How a leader makes sure that no newer leader exists before it answers a linearizable read.</summary>
public enum ReadConfirmation
{
    /// <summary>It asks a majority, once for all reads that wait. Correct whatever the clocks do.</summary>
    Quorum,

    /// <summary>
    /// It answers at once while a majority answered a heartbeat recently enough that none of it can have elected another leader, and
    /// asks otherwise (Raft thesis, section 6.4.1). Correct only while clocks drift no faster than
    /// <see cref="RaftOptions.LeaseDriftTicks"/>.
    /// </summary>
    Lease,
}
