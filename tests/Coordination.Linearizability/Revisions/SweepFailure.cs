namespace Coordination.Linearizability;

/// <summary>Why the sweep could not take a revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Rule">The rule that is broken.</param>
/// <param name="DependsOn">The keys whose state made it so: only other writes to these can mend it.</param>
/// <param name="Message">The story; made when it is told.</param>
internal sealed record SweepFailure(long Revision, string Rule, Footprint DependsOn, Func<string> Message);

/// <summary>A revision of which no writer was told, and the writes of unknown outcome that may have made it, the best guess first.</summary>
internal sealed class RevisionGap(long revision, IReadOnlyList<StoreOperation> candidates)
{
    /// <summary>Whatever can be different when another candidate is taken here.</summary>
    public Footprint Alternatives { get; } = candidates.Aggregate(
        Footprint.None, (all, candidate) => all.Union(Footprint.Of(candidate.Request)));

    public long Revision => revision;

    public IReadOnlyList<StoreOperation> Candidates => candidates;

    /// <summary>The next candidate to try.</summary>
    public int Next { get; set; }

    /// <summary>The candidate that was taken.</summary>
    public StoreOperation? Author { get; set; }

    /// <summary>What failed after one of the candidates was taken.</summary>
    public Footprint Blame { get; set; } = Footprint.None;

    /// <summary>Why candidates did not fit, for the story.</summary>
    public List<(StoreOperation Candidate, string Reason)> Rejected { get; } = [];
}
