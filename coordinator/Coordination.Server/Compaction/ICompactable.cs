namespace Coordination.Server;

/// <summary>A store that can be compacted: a partition of this node, or one that a test controls.</summary>
internal interface ICompactable
{
    /// <summary>The partition's number.</summary>
    uint Partition { get; }

    /// <summary>Whether this member leads. Only the leader's is compacted: the others follow by the log.</summary>
    bool IsLeader { get; }

    /// <summary>The current revision.</summary>
    long Revision { get; }

    /// <summary>Compacts up to a revision.</summary>
    /// <returns>Whether the revision is compacted now, by this call or before it.</returns>
    Task<bool> CompactAsync(long revision);
}
