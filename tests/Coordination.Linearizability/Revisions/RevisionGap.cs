namespace Coordination.Linearizability;

/// <summary>
/// A revision of which no writer was told, with the writes that may have made it, the best guess first, and what was learnt by trying them.
/// What is learnt holds as long as all that lies before the gap stays as it is.
/// </summary>
internal sealed class RevisionGap(long revision, IReadOnlyList<Candidate> candidates)
{
    private readonly List<Footprint> _refutations = [];

    public long Revision => revision;

    public IReadOnlyList<Candidate> Candidates => candidates;

    /// <summary>The next candidate to try.</summary>
    public int Next { get; set; }

    /// <summary>The candidate that was taken last.</summary>
    public Candidate? Author { get; set; }

    /// <summary>The keys that what was learnt depends on.</summary>
    public Footprint Blame { get; private set; } = Footprint.None;

    /// <summary>Why candidates did not fit, for the story.</summary>
    public List<(StoreOperation Candidate, Func<string> Reason)> Rejected { get; } = [];

    public void Learn(Footprint keys) => Blame = Blame.Union(keys);

    /// <summary>
    /// With this candidate, whatever came after it failed because of these keys. When it does not touch them, no other that does not touch
    /// them either can do better.
    /// </summary>
    public void LearnFailure(Candidate candidate, Footprint keys)
    {
        Learn(keys);
        if (!candidate.Footprint.Overlaps(keys))
        {
            _refutations.Add(keys);
        }
    }

    public bool IsRefuted(Candidate candidate) => _refutations.Exists(keys => !candidate.Footprint.Overlaps(keys));

    /// <summary>True when another choice here can change something for these keys.</summary>
    public bool Concerns(Footprint keys) => candidates.Any(candidate => candidate.Footprint.Overlaps(keys));
}
