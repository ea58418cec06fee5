namespace Coordination.Client;

/// <summary>Which changes a watch shows.</summary>
public sealed record WatchOptions
{
    internal static readonly WatchOptions Default = new();

    /// <summary>
    /// The first revision of interest, inclusive: one more than that of the answer that showed the state before. 0 for changes from now on,
    /// where "now" is when the server makes the watch.
    /// </summary>
    /// <value>The default is 0.</value>
    public long StartRevision { get; init; }

    /// <summary>True to have with every change the key as it was before.</summary>
    /// <value>The default is false.</value>
    public bool WithPrevious { get; init; }

    /// <summary>True to have a batch without events when the server says that all changes up to a revision have been shown.</summary>
    internal bool ShowsProgress { get; init; }
}
