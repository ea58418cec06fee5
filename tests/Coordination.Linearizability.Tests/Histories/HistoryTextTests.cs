namespace Coordination.Linearizability.Tests;

public sealed class HistoryTextTests
{
    private const string Everything = """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c2 m1.2 0 10 answered put a%20key %25 lease 7 => @3 put
        #3 c1 - 11 20 answered delete a until c => @4 deleted 2
        #4 c1 m1 21 30 answered read a at 3 serializable => @4 found 2 a=1#2.2.1.0 a%20key=%25#3.3.1.7
        #5 c1 m1 31 40 unknown txn 2 2 1 if Version a Equal 0 if Value b Greater x then put a then then delete b else read a
        #6 c1 m1 41 50 answered txn 0 1 0 then read a => @5 succeeded 1 found 0
        #7 c1 m1 51 60 refused grant 7 10
        #8 c1 m1 61 70 answered revoke 7 => @5 leased
        #9 c1 m1 71 80 answered put % % => @6 put

        """;

    [Fact]
    public void A_history_is_read_as_it_was_written()
    {
        var history = StoreFormat.Parse(Everything);

        Assert.Equal(9, history.Count);
        Assert.Equal(Everything, HistoryText.Write(history));
        Assert.Equal(new StoreRequest.Put("a key", "%", 7), history[1].Request);
        Assert.Equal(new StoreRequest.Put(string.Empty, string.Empty), history[8].Request);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_simulated_history_is_read_as_it_was_written(int seed)
    {
        var history = StoreSimulation.Run(seed, new StoreSimulationOptions { Operations = 500 }).History;

        Assert.Equal(history, StoreFormat.Parse(HistoryText.Write(history)));
    }

    [Fact]
    public void A_story_between_the_lines_is_left_out() =>
        Assert.Single(StoreFormat.Parse("// Seen when the leader was cut off.\n\n#1 c1 m1 0 10 refused put a 1\n"));

    [Theory]
    [InlineData("#1 c1 m1 0 10 answered put a 1")]
    [InlineData("#1 c1 m1 0 10 answered put a 1 => 2 put")]
    [InlineData("#1 c1 m1 0 ten refused put a 1")]
    [InlineData("#1 c1 m1 0 10 lost put a 1")]
    [InlineData("#1 c1 m1 0 10 refused push a 1")]
    [InlineData("#1 c1 m1 0 10 refused put a 1 more")]
    [InlineData("#1 c1 m1 0 10 answered read a => @2 found 1 a=1")]
    [InlineData("1 c1 m1 0 10 refused put a 1")]
    public void A_line_that_is_none_is_named(string line)
    {
        var error = Assert.Throws<FormatException>(() => StoreFormat.Parse(line));

        Assert.EndsWith($"In: {line}", error.Message, StringComparison.Ordinal);
    }
}
