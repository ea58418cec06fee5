using Orleans;

namespace Coordination.Silo;

/// <summary>How it ended when a leader was asked to let another member lead.</summary>
[GenerateSerializer, Alias("coordination.LeadershipMove")]
public enum LeadershipMove
{
    /// <summary>The member that was named leads.</summary>
    Done = 0,

    /// <summary>The replica that was asked does not lead; nothing happened.</summary>
    NotLeader = 1,

    /// <summary>The member that was named has no vote; nothing happened.</summary>
    InvalidTarget = 2,

    /// <summary>The member that was named did not come to lead in time. Whoever leads, the partition serves.</summary>
    TimedOut = 3,
}
