using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>What of a watch is in one partition, or on the way to it. Belongs to its <see cref="WatchCall"/>'s lock.</summary>
internal sealed class WatchPart(ClientWatch watch, uint partition, KeyRange range, long nextRevision)
{
    public ClientWatch Watch { get; } = watch;

    public uint Partition { get; } = partition;

    public KeyRange Range { get; } = range;

    /// <summary>
    /// The first revision that the client has not been told; 0 for the next one. In partition 0 it is noted only when the part leaves it.
    /// </summary>
    public long NextRevision { get; set; } = nextRevision;

    /// <summary>The partition that gave the keys back when it retired: whoever says that it has them does not know that yet.</summary>
    public uint? CameFrom { get; init; }

    /// <summary>Where it is watched; null while it is on its way.</summary>
    public WatchLane? Lane { get; set; }

    /// <summary>Its number there, which is the watch's id if the lane can pass what it is told on as it is.</summary>
    public long Number { get; set; }

    /// <summary>Whether the lane was asked for it.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether the lane answered.</summary>
    public bool IsCreated { get; set; }

    /// <summary>What to ask the lane for.</summary>
    public WatchCreation ToCreation() => Watch.Wanted with
    {
        Range = Range,
        WatchId = Number,
        StartRevision = NextRevision,
        ReturnedFrom = CameFrom,

        // What one part tells about itself would be taken for the whole.
        ProgressNotify = Watch.Wanted.ProgressNotify && Watch.Parts.Count == 1,
    };
}
