namespace Coordination.Architecture.Tests;

/// <summary>A rule about the text of source files, with the proof that it can fail.</summary>
/// <param name="Name">The rule as a short sentence.</param>
/// <param name="AppliesTo">Which files it is about.</param>
/// <param name="Check">One complaint for every place that breaks it.</param>
/// <param name="Bad">Samples that must each give at least one complaint.</param>
/// <param name="Good">Samples close to the bad ones that must give none.</param>
internal sealed record TidyRule(
    string Name,
    Predicate<TextFile> AppliesTo,
    Func<TextFile, IEnumerable<string>> Check,
    IReadOnlyList<TextFile> Bad,
    IReadOnlyList<TextFile> Good)
{
    /// <summary>The complaints about a file, none when the rule is not about it.</summary>
    public IEnumerable<string> FindViolations(TextFile file) => AppliesTo(file) ? Check(file) : [];

    /// <summary>A check of single lines: one complaint for each line that <paramref name="isBad"/>.</summary>
    public static Func<TextFile, IEnumerable<string>> EachLine(Predicate<string> isBad, string complaint) =>
        file => file.Lines.Select((text, position) => (text, position))
            .Where(line => isBad(line.text))
            .Select(line => file.Complain(line.position + 1, complaint));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
