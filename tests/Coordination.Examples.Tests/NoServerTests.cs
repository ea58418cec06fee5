namespace Coordination.Examples.Tests;

public sealed class NoServerTests
{
    private static readonly string[] Examples = ["FencedLock", "LeaderElection", "LiveConfiguration", "ServiceDiscovery", "WorkQueue"];

    [Fact]
    public async Task Every_example_says_in_one_line_that_no_server_answers()
    {
        var nobody = LoopbackPorts.Find().ClientUrl.GetLeftPart(UriPartial.Authority);

        // At the same time: each of them tries for ten seconds.
        var runs = await Task.WhenAll(Examples.Select(name => ExampleProgram.Run(name, nobody)));

        Assert.All(runs, run =>
        {
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            var line = Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Matches($"^{nobody}: (No server could serve in time|Time ran out before the answer)", line);
        });
    }

    [Theory]
    [InlineData("127.0.0.1:2379")]
    [InlineData("localhost:2379")]
    public async Task An_address_without_a_scheme_is_refused_in_one_line(string address)
    {
        var run = await ExampleProgram.Run("ServiceDiscovery", address);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        var line = Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{address}: ", line, StringComparison.Ordinal);
    }
}
