using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests;

public sealed class SpaceQuotaTests
{
    private readonly FakeTimeProvider _time = new();
    private long _size;
    private int _readings;

    [Fact]
    public void What_was_let_through_counts_until_the_size_is_read_again()
    {
        var quota = Quota(1000);
        Assert.True(quota.TryUse(400));
        Assert.True(quota.TryUse(400));
        Assert.Equal(1, _readings);

        // The store has taken in less than was reckoned: before anything is refused, it is asked.
        _size = 300;
        Assert.True(quota.TryUse(400));
        Assert.Equal(2, _readings);
    }

    [Fact]
    public void The_size_is_read_at_most_every_100_ms()
    {
        var quota = Quota(1000);
        for (int i = 0; i < 50; i++)
        {
            Assert.True(quota.TryUse(1));
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(5, _readings);
    }

    [Fact]
    public void A_store_that_has_reached_its_quota_takes_nothing_that_needs_space()
    {
        _size = 900;
        var quota = Quota(1000);

        Assert.False(quota.TryUse(100));
        Assert.True(quota.TryUse(99));
        Assert.True(quota.TryUse(0));
    }

    [Fact]
    public void Room_that_was_made_is_seen_at_once()
    {
        _size = 1000;
        var quota = Quota(1000);
        Assert.False(quota.TryUse(1));
        _size = 10;

        Assert.True(quota.TryUse(1));
    }

    [Fact]
    public void Without_a_quota_the_store_is_not_asked()
    {
        _size = long.MaxValue;

        Assert.True(Quota(null).TryUse(long.MaxValue));
        Assert.Equal(0, _readings);
    }

    private SpaceQuota Quota(long? bytes) => new(
        bytes,
        () =>
        {
            _readings++;
            return _size;
        },
        _time);
}
