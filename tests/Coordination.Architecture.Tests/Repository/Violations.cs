namespace Coordination.Architecture.Tests;

/// <summary>
/// Reports every violation of a rule at once: whoever broke a rule in ten places wants to read ten lines, not do ten test runs.
/// </summary>
internal static class Violations
{
    public static void AssertNone(IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        if (found.Length > 0)
        {
            Assert.Fail($"{found.Length} violation(s):\n{string.Join('\n', found)}");
        }
    }
}
