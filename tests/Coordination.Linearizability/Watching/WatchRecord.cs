namespace Coordination.Linearizability;

/// <summary>What a response of a watch is.</summary>
public enum WatchResponseKind
{
    /// <summary>The watch exists from now on.</summary>
    Created,

    /// <summary>Events.</summary>
    Events,

    /// <summary>Nothing up to the revision is missing.</summary>
    Progress,

    /// <summary>The end.</summary>
    Canceled,
}

/// <summary>A response as it was received.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Revision">The revision in its header.</param>
/// <param name="Events">Its events; <see cref="StoreEvent.Previous"/> is null when it was not sent.</param>
/// <param name="HasMore">A fragment that is not the last of its kind.</param>
public sealed record WatchResponse(WatchResponseKind Kind, long Revision, IReadOnlyList<StoreEvent> Events, bool HasMore = false)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Kind} @{Revision}{(HasMore ? " (more)" : string.Empty)}{string.Concat(Events.Select(change => $", {change}"))}";
}

/// <summary>All that one watcher received, in order. One that reconnects is a new watcher with a start of its own.</summary>
public sealed record WatchRecord
{
    /// <summary>Names the watcher in verdicts.</summary>
    public required string Name { get; init; }

    /// <summary>The keys it asked for.</summary>
    public required KeyRange Range { get; init; }

    /// <summary>The first revision it asked for; 0 for what comes after its creation.</summary>
    public long StartRevision { get; init; }

    /// <summary>It asked for what keys were before.</summary>
    public bool WantsPrevious { get; init; }

    /// <summary>It allowed a response in fragments.</summary>
    public bool AllowsFragments { get; init; }

    /// <summary>The revision up to which it waited for everything; 0 when it just ended somewhere.</summary>
    public long AwaitedRevision { get; init; }

    /// <summary>What it received.</summary>
    public required IReadOnlyList<WatchResponse> Responses { get; init; }
}
