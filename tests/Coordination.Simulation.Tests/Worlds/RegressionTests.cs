namespace Coordination.Simulation.Tests;

/// <summary>The worlds of Regressions.txt: each once broke a rule.</summary>
public sealed class RegressionTests
{
    public static TheoryData<string> Lines
    {
        get
        {
            var lines = new TheoryData<string>();
            foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Regressions.txt")))
            {
                string options = line.Split('#')[0].Trim();
                if (options.Length > 0)
                {
                    lines.Add(options);
                }
            }

            return lines;
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_world_that_once_broke_a_rule_breaks_none(string line)
    {
        var arguments = ArgumentParser.Parse(["--seed", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var result = new World(WorldOptionsDraw.Draw(arguments.FirstSeed!.Value, arguments.Overrides), null).Run();
        Assert.True(result.Violation is null, $"{result.Options}: {result.Violation}");
    }
}
