namespace Coordination.Simulation;

/// <summary>The faults that a world can suffer, as the summary counts them.</summary>
internal enum FaultKind
{
    /// <summary>A message was lost.</summary>
    Loss,

    /// <summary>A message was delivered twice.</summary>
    Duplicate,

    /// <summary>A message took a very long time.</summary>
    LongDelay,

    /// <summary>For a while a large part of all messages is lost.</summary>
    LossBurst,

    /// <summary>The nodes were split in two groups.</summary>
    Split,

    /// <summary>Some links were cut in one direction.</summary>
    OneWayCut,

    /// <summary>The node of a leader was cut off.</summary>
    LeaderIsolated,

    /// <summary>A link went up and down.</summary>
    Flapping,

    /// <summary>The power of one node failed.</summary>
    PowerLoss,

    /// <summary>The process of one node was killed; what it wrote is kept.</summary>
    ProcessKill,

    /// <summary>The power of all nodes failed at once.</summary>
    TotalPowerLoss,

    /// <summary>A process was stopped and continued later.</summary>
    Pause,

    /// <summary>A clock jumped ahead.</summary>
    ClockJump,

    /// <summary>A disk became very slow for a while.</summary>
    SlowDisk,

    /// <summary>A disk was full for a while.</summary>
    FullDisk,

    /// <summary>A disk operation failed.</summary>
    FailedOperation,

    /// <summary>A bit flipped on a disk.</summary>
    BitFlip,

    /// <summary>The transfer of a snapshot broke off.</summary>
    SnapshotFailure,

    /// <summary>A replica was told to stand for election.</summary>
    ForcedCampaign,
}
