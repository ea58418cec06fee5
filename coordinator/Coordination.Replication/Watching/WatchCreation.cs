using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>A request for a watcher.</summary>
/// <param name="Range">The keys to watch.</param>
public sealed record WatchCreation(KeyRange Range)
{
    /// <summary>The id that the owner of the stream chose; null when the stream shall choose.</summary>
    public long? WatchId { get; init; }

    /// <summary>The first revision of interest; 0 for the next one.</summary>
    public long StartRevision { get; init; }

    /// <summary>
    /// The partition that had the keys until it retired, and that told everything before the start revision, which was one of its own.
    /// </summary>
    public uint? ReturnedFrom { get; init; }

    /// <summary>Whether events come with the key before them.</summary>
    public bool WithPrevious { get; init; }

    /// <summary>Leave out puts.</summary>
    public bool NoPut { get; init; }

    /// <summary>Leave out deletions.</summary>
    public bool NoDelete { get; init; }

    /// <summary>Whether to tell the revision from time to time while there are no events.</summary>
    public bool ProgressNotify { get; init; }

    /// <summary>Whether the events of one revision may be told in parts when they are large.</summary>
    public bool MayFragment { get; init; }
}
