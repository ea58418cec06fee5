namespace Coordination.Architecture.Tests;

public sealed class TidyTests
{
    public static TheoryData<string> RuleNames => [.. TidyRules.All.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Every_file_keeps_to_the_rule(string name)
    {
        TidyRule rule = Find(name);

        Assert.Contains(RepositoryTree.Files, file => rule.AppliesTo(file));
        Violations.AssertNone(RepositoryTree.Files.SelectMany(rule.FindViolations));
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void The_rule_tells_bad_samples_from_good_ones(string name)
    {
        TidyRule rule = Find(name);

        Assert.NotEmpty(rule.Bad);
        Assert.All(rule.Bad, sample => Assert.NotEmpty(rule.FindViolations(sample)));
        Assert.All(rule.Good, sample => Assert.Empty(rule.FindViolations(sample)));
    }

    private static TidyRule Find(string name) => TidyRules.All.Single(rule => rule.Name == name);
}
