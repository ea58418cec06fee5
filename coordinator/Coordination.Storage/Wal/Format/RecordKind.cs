namespace Coordination.Storage;

/// <summary>What a record of a batch says. The numbers are part of the disk format.</summary>
internal enum RecordKind : byte
{
    /// <summary>Entries that follow, or replace from their first index on, what the partition's log holds.</summary>
    Entries = 1,

    /// <summary>The partition's term, vote and commit index.</summary>
    HardState = 2,

    /// <summary>An installed snapshot that replaces the whole log of the partition.</summary>
    Snapshot = 3,

    /// <summary>The entries up to here are in a snapshot of the partition's own; the ones after it stay.</summary>
    Compacted = 4,

    /// <summary>The partition begins.</summary>
    PartitionCreated = 5,

    /// <summary>The partition ends; its id may be used again.</summary>
    PartitionDropped = 6,

    /// <summary>
    /// The partition's hard state, base and last index as of the start of a segment. Only in a segment's first batch, one for each
    /// partition: it frees the segments before from being needed for anything but entries.
    /// </summary>
    Checkpoint = 7,

    /// <summary>
    /// The last term of an earlier replica of the partition (<see cref="Coordination.Raft.HardState.Floor"/>): right after the partition's
    /// creation, and right before each of its checkpoints.
    /// </summary>
    Floor = 8,
}
