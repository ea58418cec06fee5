namespace Coordination.Simulation;

/// <summary>The kind of weather that a seed brings.</summary>
internal enum FaultProfile
{
    /// <summary>A sound network and no faults: everything must be fast and nothing may go wrong.</summary>
    Calm,

    /// <summary>Messages are lost, repeated, delayed and reordered.</summary>
    Lossy,

    /// <summary>Links are cut: in both directions or one, around the leader, or flapping.</summary>
    Partitions,

    /// <summary>Processes and machines stop and start again; processes pause; clocks jump.</summary>
    Crashes,

    /// <summary>Disks are slow or full, operations fail, bits flip.</summary>
    Disks,

    /// <summary>Members come and go all the time, leadership is moved about, followers need snapshots.</summary>
    Churn,

    /// <summary>All of it, a little less of each.</summary>
    Everything,
}
