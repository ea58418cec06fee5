namespace Coordination.Simulation.Tests;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(11, "Everything", "Registers")]
    [InlineData(12, "Crashes", "Registers")]
    [InlineData(13, "Churn", "Registers")]
    [InlineData(14, "Disks", "Registers")]
    [InlineData(15, "Everything", "Store")]
    [InlineData(16, "Crashes", "Store")]
    public void The_same_seed_gives_the_same_trace(ulong seed, string profile, string state)
    {
        var overrides = new WorldOverrides(
            3, 2, Enum.Parse<FaultProfile>(profile), 8_000, Enum.Parse<StateMachineKind>(state));
        var options = WorldOptionsDraw.Draw(seed, overrides);
        var first = new TraceRecorder(0, null);
        var second = new TraceRecorder(0, null);
        new World(options, first).Run();
        new World(options, second).Run();
        Assert.InRange(first.Lines, 1_000, long.MaxValue);
        Assert.Equal(first.Lines, second.Lines);
        Assert.Equal(first.Hash, second.Hash);
    }

    [Theory]
    [InlineData("Registers")]
    [InlineData("Store")]
    public void A_trace_changes_nothing(string state)
    {
        var overrides = new WorldOverrides(5, 2, FaultProfile.Everything, 8_000, Enum.Parse<StateMachineKind>(state));
        var options = WorldOptionsDraw.Draw(21, overrides);
        var traced = new World(options, new TraceRecorder(10, null)).Run();
        var plain = new World(options, null).Run();
        Assert.Equal(traced.Violation, plain.Violation);
        Assert.Equal(traced.Statistics.Steps, plain.Statistics.Steps);
        Assert.Equal(traced.Statistics.Messages, plain.Statistics.Messages);
        Assert.Equal(traced.Statistics.Commits, plain.Statistics.Commits);
    }

    [Fact]
    public void Different_seeds_give_different_worlds()
    {
        var first = new TraceRecorder(0, null);
        var second = new TraceRecorder(0, null);
        var overrides = new WorldOverrides(3, 1, FaultProfile.Lossy, 2_000);
        new World(WorldOptionsDraw.Draw(1, overrides), first).Run();
        new World(WorldOptionsDraw.Draw(2, overrides), second).Run();
        Assert.NotEqual(first.Hash, second.Hash);
    }

    [Fact]
    public void What_is_replicated_changes_nothing_else_of_a_world()
    {
        var options = WorldOptionsDraw.Draw(22, new WorldOverrides(State: StateMachineKind.Registers));
        var other = WorldOptionsDraw.Draw(22, new WorldOverrides(State: StateMachineKind.Store));
        Assert.Equal(options, other with { State = StateMachineKind.Registers });
    }

    [Fact]
    public void A_trace_can_be_read()
    {
        using var writer = new StringWriter();
        new World(WorldOptionsDraw.Draw(1, new WorldOverrides(3, 1, FaultProfile.Calm, 2_000)), new TraceRecorder(0, writer)).Run();
        string text = writer.ToString();
        Assert.Contains("BecameLeader", text, StringComparison.Ordinal);
        Assert.Matches(@"t=\d{9} n\d/p0#\d Leader@\d+ -> #\d AppendRequest@\d+ prev=\d+@\d+ entries=\[\d+@\d+\] commit=\d+", text);
        Assert.Contains("liveness: all faults end", text, StringComparison.Ordinal);
    }
}
