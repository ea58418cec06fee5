namespace Coordination.Faults.Tests;

/// <summary>What becomes of partitions while something breaks.</summary>
public enum PartitionChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The movable keys get a partition of their own.</summary>
    Move,

    /// <summary>The movable keys are deleted, and lose theirs.</summary>
    Drop,
}
