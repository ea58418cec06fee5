namespace Coordination.Raft;

/// <summary>How a leader feeds one follower.</summary>
public enum ProgressState
{
    /// <summary>It does not know where the logs agree: one append at a time, until one is accepted.</summary>
    Probe,

    /// <summary>It streams entries without waiting, within the window.</summary>
    Replicate,

    /// <summary>The follower needs a snapshot: no appends until it has it.</summary>
    Snapshot,
}
