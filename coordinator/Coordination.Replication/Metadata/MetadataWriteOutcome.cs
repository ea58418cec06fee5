namespace Coordination.Replication;

/// <summary>How a write of the cluster's metadata ended.</summary>
public enum MetadataWriteEnd
{
    /// <summary>All conditions held, and everything is written.</summary>
    Written,

    /// <summary>A condition did not hold: nothing was written.</summary>
    ConditionFailed,

    /// <summary>Too much waits, or the leader changed: nothing was written and nothing will be. It may be tried again.</summary>
    NotTaken,

    /// <summary>The partition refuses every write, since a member's data are known to be damaged: nothing was written.</summary>
    Refused,

    /// <summary>No end was seen in time, or the replica stopped: it may have been written, or be written later.</summary>
    Unknown,
}

/// <summary>What became of a write of the cluster's metadata.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Version">The table's version right after the write, or when a condition failed; otherwise 0.</param>
public readonly record struct MetadataWriteOutcome(MetadataWriteEnd End, long Version);
