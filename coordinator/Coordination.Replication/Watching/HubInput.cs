namespace Coordination.Replication;

/// <summary>What the hub is told, in the order in which it deals with it.</summary>
internal enum HubInputKind
{
    /// <summary>A stream opened.</summary>
    Open,

    /// <summary>A stream asks for a watcher.</summary>
    Create,

    /// <summary>A stream asks to end a watcher.</summary>
    Cancel,

    /// <summary>A stream asks for its progress.</summary>
    Progress,

    /// <summary>It is time to tell a stream's quiet watchers of progress.</summary>
    NotifyDue,

    /// <summary>A stream closed.</summary>
    Close,

    /// <summary>Writes were committed.</summary>
    Writes,

    /// <summary>Writes were committed, but not told.</summary>
    Missed,

    /// <summary>The partition began to serve, or retired, or owns something else than before.</summary>
    OwnershipChanged,

    /// <summary>A stream that was full has room.</summary>
    Wake,

    /// <summary>The replica stops.</summary>
    Stop,
}

/// <summary>Something that the hub is told.</summary>
/// <param name="Kind">What.</param>
/// <param name="Stream">The stream that it concerns.</param>
/// <param name="Content">For a creation or writes: those.</param>
/// <param name="Number">For a cancellation: the watcher's id. For writes: their size.</param>
internal readonly record struct HubInput(HubInputKind Kind, WatchStream? Stream = null, object? Content = null, long Number = 0);
