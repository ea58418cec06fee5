namespace Coordination.Client;

/// <summary>How keys are read.</summary>
public sealed record ReadOptions
{
    internal static readonly ReadOptions Default = new();

    /// <summary>The revision to read at; 0 for the current one.</summary>
    /// <value>The default is 0.</value>
    public long Revision { get; init; }

    /// <summary>
    /// True to have the answer from whichever member is asked, as it knows it: faster, served without a leader, and possibly stale. False
    /// for an answer that shows every write acknowledged before the request.
    /// </summary>
    /// <value>The default is false.</value>
    public bool AllowStale { get; init; }

    /// <summary>True to leave values out of the answer.</summary>
    /// <value>The default is false.</value>
    public bool KeysOnly { get; init; }
}
