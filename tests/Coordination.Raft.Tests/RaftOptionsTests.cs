namespace Coordination.Raft.Tests;

public sealed class RaftOptionsTests
{
    [Fact]
    public void Defaults_are_sound() => Assert.Empty(Given.Options().Validate());

    public static TheoryData<string, RaftOptions> BrokenRules() => new()
    {
        { "Id must not be 0.", Given.Options() with { Id = ReplicaId.None } },
        { "HeartbeatTicks must be at least 1", Given.Options() with { HeartbeatTicks = 0 } },
        { "ElectionTimeoutTicks must be greater than HeartbeatTicks", Given.Options() with { HeartbeatTicks = 10 } },
        { "MaxAppendBytes must be positive", Given.Options() with { MaxAppendBytes = 0 } },
        { "MaxInflightAppends must be positive", Given.Options() with { MaxInflightAppends = 0 } },
        { "MaxInflightBytes must be at least MaxAppendBytes", Given.Options() with { MaxInflightBytes = 1 } },
        { "MaxUncommittedBytes must be positive", Given.Options() with { MaxUncommittedBytes = 0 } },
        { "MaxApplyBytes must be positive", Given.Options() with { MaxApplyBytes = -1 } },
        { "MaxPendingReads must be positive", Given.Options() with { MaxPendingReads = 0 } },
        { "LeaseDriftTicks must be between", Given.Options() with { LeaseDriftTicks = 10 } },
        { "LeaseDriftTicks must be between", Given.Options() with { LeaseDriftTicks = -1 } },
        { "QuiesceAfterTicks must be 0 or greater than HeartbeatTicks", Given.Options() with { QuiesceAfterTicks = 1 } },
        { "QuiesceAfterTicks must be 0 or greater than HeartbeatTicks", Given.Options() with { QuiesceAfterTicks = -1 } },
    };

    [Theory]
    [MemberData(nameof(BrokenRules))]
    public void Each_broken_rule_is_named(string rule, RaftOptions options)
    {
        string error = Assert.Single(options.Validate());
        Assert.StartsWith(rule, error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_broken_rules_are_reported_together()
    {
        var options = Given.Options() with { Id = ReplicaId.None, HeartbeatTicks = 0, MaxAppendBytes = 0, MaxPendingReads = 0 };
        Assert.Equal(4, options.Validate().Count);
    }

    [Fact]
    public void A_node_refuses_broken_options_and_names_every_rule()
    {
        var options = Given.Options() with { HeartbeatTicks = 0, MaxAppendBytes = 0 };
        var refusal = Assert.Throws<ArgumentException>(() => new RaftNode(options, RestoredState.NewGroup(Given.Ids(1))));
        Assert.All(options.Validate(), error => Assert.Contains(error, refusal.Message, StringComparison.Ordinal));
    }
}
