using System.Runtime.CompilerServices;

namespace Coordination.Raft.Tests;

/// <summary>Every scenario file is one test case; see the README beside this file.</summary>
public sealed class ScenarioTests
{
    private const string UpdateVariable = "UPDATE_GOLDEN";

    public static TheoryData<string> Scenarios()
    {
        string[] files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Scenarios"), "*.txt");
        return [.. files.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).OfType<string>()];
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Scenario_plays_as_written(string name)
    {
        string written = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Scenarios", name + ".txt"));
        string played = ScenarioRunner.Play(written);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(Path.Combine(SourceDirectory(), name + ".txt"), played);
            return;
        }

        Assert.True(played == written, DescribeFirstDifference(name, written.Split('\n'), played.Split('\n')));
    }

    private static string DescribeFirstDifference(string name, string[] written, string[] played)
    {
        int line = 0;
        while (line < written.Length && line < played.Length && written[line] == played[line])
        {
            line++;
        }

        return $"{name}.txt, line {line + 1}:\nwritten: {LineAt(written)}\nplayed:  {LineAt(played)}";

        string LineAt(string[] lines) => line < lines.Length ? lines[line] : "(the end)";
    }

    private static string SourceDirectory([CallerFilePath] string path = "") =>
        Path.GetDirectoryName(path) ?? throw new InvalidOperationException("The compiler gave no path of this file.");
}
