using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests;

public sealed class PeriodicRetentionTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(10, 1)]
    [InlineData(60, 6)]
    [InlineData(24 * 60, 6)]
    public void Looks_ten_times_an_hour_or_ten_times_a_shorter_period(int periodMinutes, int intervalMinutes)
    {
        Assert.Equal(TimeSpan.FromMinutes(intervalMinutes), Policy(periodMinutes).Interval);
    }

    [Fact]
    public void Nothing_is_given_up_before_a_whole_period_has_passed()
    {
        PeriodicRetention policy = Policy(60);

        Assert.All(Steps(policy, 10, revision: step => 100 + step), Assert.Null);
    }

    [Fact]
    public void After_a_period_the_revision_of_its_begin_is_given_up()
    {
        PeriodicRetention policy = Policy(60);
        Steps(policy, 10, revision: step => 100 + step);

        Assert.Equal(100, Step(policy, revision: 110));
    }

    [Fact]
    public void A_longer_period_is_waited_for_once_and_compacted_every_hour_then()
    {
        PeriodicRetention policy = Policy(5 * 60);
        List<int> compactedAt = [];
        Step(policy, revision: 1, advance: false);
        for (int step = 1; step <= 80; step++)
        {
            if (Step(policy, revision: 1 + step) is { } target)
            {
                // Always what was current five hours, fifty steps, ago.
                Assert.Equal(Math.Max(1, 1 + step - 51), target);
                policy.OnCompacted(target);
                compactedAt.Add(step);
            }
        }

        Assert.Equal([50, 60, 70, 80], compactedAt);
    }

    [Fact]
    public void A_failed_compaction_is_tried_again_at_the_next_look()
    {
        PeriodicRetention policy = Policy(60);
        Steps(policy, 10, revision: step => 100 + step);

        Assert.Equal(100, Step(policy, revision: 110));
        Assert.NotNull(Step(policy, revision: 111));
    }

    [Fact]
    public void The_same_revision_is_not_given_up_twice()
    {
        PeriodicRetention policy = Policy(60);
        Steps(policy, 10, revision: _ => 100);
        Assert.Equal(100, Step(policy, revision: 100));
        policy.OnCompacted(100);

        Assert.All(Steps(policy, 30, revision: _ => 100), Assert.Null);
    }

    [Fact]
    public void A_follower_goes_on_to_note_revisions_so_that_it_can_take_over()
    {
        PeriodicRetention policy = Policy(60);
        Steps(policy, 11, revision: step => 100 + step, isLeader: false);

        Assert.NotNull(Step(policy, revision: 111));
    }

    private PeriodicRetention Policy(int minutes) => new(TimeSpan.FromMinutes(minutes), _time);

    /// <summary>The first look happens at once, each other after an interval.</summary>
    private List<long?> Steps(PeriodicRetention policy, int count, Func<int, long> revision, bool isLeader = true) =>
        [.. Enumerable.Range(0, count).Select(step => Step(policy, revision(step), advance: step > 0, isLeader))];

    private long? Step(PeriodicRetention policy, long revision, bool advance = true, bool isLeader = true)
    {
        if (advance)
        {
            _time.Advance(policy.Interval);
        }

        return policy.FindRevision(revision, isLeader);
    }
}
