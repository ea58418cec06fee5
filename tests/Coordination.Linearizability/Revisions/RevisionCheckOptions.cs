namespace Coordination.Linearizability;

/// <summary>What a <see cref="RevisionChecker"/> may assume.</summary>
public sealed record RevisionCheckOptions
{
    /// <summary>The store before the history; fresh by default.</summary>
    public StoreState Initial { get; init; } = StoreState.Fresh;

    /// <summary>
    /// Events that watches delivered: they tell what revisions hold of which no writer was told. Events of a watch over all keys make
    /// the search for such writers trivial; without any, reads have to do. None by default.
    /// </summary>
    public IReadOnlyCollection<StoreEvent> Watched { get; init; } = [];

    /// <summary>
    /// The watched events are all there were, up to the last of them: then each revision shows whole who can have made it. False by
    /// default.
    /// </summary>
    public bool IsWatchedWhole { get; init; }

    /// <summary>
    /// A lease that the history names may run out by itself at any time after it was first named; true by default. Whether the time was
    /// right is for <see cref="LeaseJudge"/>.
    /// </summary>
    public bool LeasesMayExpire { get; init; } = true;

    /// <summary>
    /// How many revisions may be gone over again to try another writer for one, before there is no answer; 1,000,000 by default, some
    /// seconds.
    /// </summary>
    public int RetriesMax { get; init; } = 1_000_000;
}
