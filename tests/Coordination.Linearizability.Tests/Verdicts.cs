namespace Coordination.Linearizability.Tests;

internal static class Verdicts
{
    public static void AssertCorrect(Verdict verdict) => Assert.True(verdict.Ruling == Ruling.Correct, verdict.ToString());

    /// <summary>A violation of the rule, with a message that says all of this.</summary>
    public static void AssertViolated(Verdict verdict, string rule, params string[] told)
    {
        Assert.True(verdict.Ruling == Ruling.Violated, verdict.ToString());
        Violation violation = verdict.Violations.FirstOrDefault(violation => violation.Rule == rule) ?? verdict.Violations[0];
        Assert.True(violation.Rule == rule, $"Not {rule}, but {verdict}");
        Assert.All(told, part => Assert.Contains(part, violation.Message, StringComparison.Ordinal));
    }
}
