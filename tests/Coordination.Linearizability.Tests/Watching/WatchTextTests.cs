namespace Coordination.Linearizability.Tests;

public sealed class WatchTextTests
{
    private const string Text = """
        watch w%201 a until c from 2 awaited 6 previous fragments
          Created @1 0
          Events @6 2 more put a=1#2.2.1.0 put a=2#2.3.2.0 was a=1#2.2.1.0
          Events @6 1 delete b 5 was b=2#3.3.1.0
          Progress @6 0
        watch w2 a from 0 awaited 0
          Created @5 0
          Canceled @6 0

        """;

    [Fact]
    public void Watchers_are_read_as_they_were_written()
    {
        var watches = WatchText.Parse(Text);

        Assert.Equal(Text, WatchText.Write(watches));
        Assert.Equal("w 1", watches[0].Name);
        Assert.Equal(new StoreEvent(5, "b", null, new KeyRecord("b", "2", 3, 3, 1)), Assert.Single(watches[0].Responses[2].Events));
    }

    [Fact]
    public void Simulated_watchers_are_read_as_they_were_written()
    {
        SimulatedRun run = StoreSimulation.Run(1, new StoreSimulationOptions { Operations = 100 });
        string written = WatchText.Write(
            Enumerable.Range(1, 20).Select(number => WatchSimulation.Run(new Random(number), run, $"w{number}")));

        Assert.Equal(written, WatchText.Write(WatchText.Parse(written)));
    }

    [Theory]
    [InlineData("watch w a from two awaited 0")]
    [InlineData("watch w a from 0")]
    [InlineData("Stopped @6 0")]
    [InlineData("Events @6 1")]
    [InlineData("Events @6 0 put a=1#2.2.1.0")]
    public void A_line_that_is_none_is_named(string line)
    {
        var error = Assert.Throws<FormatException>(() => WatchText.Parse(line));

        Assert.EndsWith($"In: {line}", error.Message, StringComparison.Ordinal);
    }
}
