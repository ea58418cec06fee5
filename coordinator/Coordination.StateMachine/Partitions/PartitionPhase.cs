namespace Coordination.StateMachine;

/// <summary>Where a partition is in its life. The numbers are stored.</summary>
public enum PartitionPhase : byte
{
    /// <summary>It answers clients about the keys that it owns.</summary>
    Serving = 0,

    /// <summary>It takes its keys over from another partition and refuses everything of clients.</summary>
    Receiving = 1,

    /// <summary>It has given back what it owned, and refuses everything for ever.</summary>
    Retired = 2,
}
