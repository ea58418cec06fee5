namespace Coordination.Linearizability;

/// <summary>The names of etcd's guarantees for watches, as <see cref="WatchJudge"/> uses them.</summary>
public static class WatchRules
{
    /// <summary>Events come in the order of their revisions.</summary>
    public const string Ordered = "Ordered";

    /// <summary>No event comes twice.</summary>
    public const string Unique = "Unique";

    /// <summary>No event is left out.</summary>
    public const string Reliable = "Reliable";

    /// <summary>The events of a revision come together.</summary>
    public const string Atomic = "Atomic";

    /// <summary>A watch begins at the revision that it asked for.</summary>
    public const string Resumable = "Resumable";

    /// <summary>What a progress notification, or a header, says is there has been delivered, and nothing of it follows.</summary>
    public const string Bookmarkable = "Bookmarkable";

    /// <summary>Events are what was written: keys, values, revisions, versions, and what was before.</summary>
    public const string Truthful = "Truthful";
}
