namespace Coordination.Client;

/// <summary>What happened to a key.</summary>
public enum WatchEventKind
{
    /// <summary>It was written.</summary>
    Put = 0,

    /// <summary>It was deleted, or its lease ended.</summary>
    Delete = 1,
}

/// <summary>One change of one key.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="KeyValue">The key after the change; of a deletion, only its key and revision.</param>
/// <param name="Previous">The key before, if that was asked for, there was one, and it is not compacted.</param>
public sealed record WatchEvent(WatchEventKind Kind, KeyValue KeyValue, KeyValue? Previous);

/// <summary>All changes of one revision that a watch shows.</summary>
/// <param name="Revision">The revision, larger than that of every batch before.</param>
/// <param name="Events">The changes, in the order in which they were made; at least one.</param>
public sealed record WatchBatch(long Revision, IReadOnlyList<WatchEvent> Events);
