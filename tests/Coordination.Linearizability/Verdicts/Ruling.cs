namespace Coordination.Linearizability;

/// <summary>What a judge found.</summary>
public enum Ruling
{
    /// <summary>Nothing contradicts the rules.</summary>
    Correct,

    /// <summary>A rule is broken, for certain.</summary>
    Violated,

    /// <summary>The limits of the search were reached before an answer: neither correct nor violated.</summary>
    Undecided,
}

/// <summary>A broken rule.</summary>
/// <param name="Rule">The name of the rule, one word.</param>
/// <param name="Message">What was seen and what should have been, with the operations concerned.</param>
public sealed record Violation(string Rule, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Rule}: {Message}";
}

/// <summary>The answer of a judge.</summary>
/// <param name="Ruling">The finding.</param>
/// <param name="Violations">The broken rules, most telling first; empty unless the finding is a violation.</param>
/// <param name="Summary">One sentence: how much was judged, or why no answer was reached.</param>
public sealed record Verdict(Ruling Ruling, IReadOnlyList<Violation> Violations, string Summary)
{
    /// <summary>Enough to see what is wrong; more of them are mostly its consequences.</summary>
    internal const int ViolationsMax = 10;

    /// <summary>Correct when there are no violations.</summary>
    public static Verdict Of(IReadOnlyList<Violation> violations, string summary) =>
        new(violations.Count == 0 ? Ruling.Correct : Ruling.Violated, [.. violations.Take(ViolationsMax)], summary);

    /// <summary>No answer within the limits.</summary>
    public static Verdict Undecided(string reason) => new(Ruling.Undecided, [], reason);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join('\n', [$"{Ruling}: {Summary}", .. Violations.Select(violation => violation.ToString())]);
}
