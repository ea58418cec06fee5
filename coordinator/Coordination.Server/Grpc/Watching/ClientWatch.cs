using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// A watch as its client sees it: one id, and as many parts as its keys are in. Belongs to its <see cref="WatchCall"/>'s lock.
/// </summary>
internal sealed class ClientWatch(long id, WatchCreation wanted)
{
    public long Id { get; } = id;

    public WatchCreation Wanted { get; } = wanted;

    public HashSet<WatchPart> Parts { get; } = [];

    /// <summary>Whether the client was told that it exists.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Whether the client wants it to end.</summary>
    public bool IsCanceling { get; set; }

    /// <summary>Whether the client was told, or is about to be told, that it ended.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Whether parts are still to be watched.</summary>
    public bool IsWanted => !IsCanceling && !IsEnded;
}
