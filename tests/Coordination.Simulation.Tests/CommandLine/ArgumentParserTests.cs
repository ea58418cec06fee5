namespace Coordination.Simulation.Tests;

public sealed class ArgumentParserTests
{
    [Fact]
    public void Without_arguments_the_first_hundred_seeds_run()
    {
        var arguments = ArgumentParser.Parse([]);
        Assert.Equal(1UL, arguments.FirstSeed);
        Assert.Equal(100UL, arguments.LastSeed);
        Assert.Equal(1, arguments.Threads);
    }

    [Fact]
    public void All_options_are_understood()
    {
        var arguments = ArgumentParser.Parse(
        [
            "--seeds", "5..9", "--nodes", "7", "--partitions", "2", "--profile", "disks", "--threads", "3",
            "--max-seconds", "1.5", "--trace", "--list", "--state", "store",
        ]);
        Assert.Equal(5UL, arguments.FirstSeed);
        Assert.Equal(9UL, arguments.LastSeed);
        Assert.Equal(new WorldOverrides(7, 2, FaultProfile.Disks, null, StateMachineKind.Store), arguments.Overrides);
        Assert.Equal(3, arguments.Threads);
        Assert.Equal(TimeSpan.FromSeconds(1.5), arguments.MaxTime);
        Assert.True(arguments.PrintsTrace);
        Assert.True(arguments.PrintsSeeds);
    }

    [Fact]
    public void Minutes_run_without_a_last_seed()
    {
        var arguments = ArgumentParser.Parse(["--minutes", "2"]);
        Assert.Null(arguments.FirstSeed);
        Assert.Null(arguments.LastSeed);
        Assert.Equal(TimeSpan.FromMinutes(2), arguments.MaxTime);
    }

    [Theory]
    [InlineData("--what")]
    [InlineData("--seed")]
    [InlineData("--seed", "-1")]
    [InlineData("--seeds", "9..5")]
    [InlineData("--seeds", "9")]
    [InlineData("--nodes", "0")]
    [InlineData("--nodes", "8")]
    [InlineData("--partitions", "x")]
    [InlineData("--profile", "sunny")]
    [InlineData("--profile", "1")]
    [InlineData("--minutes", "0")]
    [InlineData("17")]
    public void What_makes_no_sense_is_refused(params string[] arguments) =>
        Assert.Throws<FormatException>(() => ArgumentParser.Parse(arguments));

    [Fact]
    public void A_run_ends_with_figures_and_a_result()
    {
        using var output = new StringWriter();
        var arguments = ArgumentParser.Parse(["--seeds", "1..4", "--steps", "2000", "--profile", "calm", "--threads", "2"]);
        Assert.Equal(0, new SimulationRunner(arguments, output).Run());
        string[] lines = output.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.StartsWith("seeds=4 steps=", lines[^2], StringComparison.Ordinal);
        Assert.Equal("RESULT ok seeds=4", lines[^1]);
    }
}
