using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy.Tests;

public sealed class PickingTests
{
    private const int Picks = 10_000;

    [Fact]
    public void Round_robin_takes_equals_in_turn()
    {
        var candidates = Destinations.Weighted(1, 1, 1);

        Assert.Equal(
            ["d0", "d1", "d2", "d0", "d1"],
            Enumerable.Range(0, 5).Select(turn => Picking.RoundRobin(candidates, (ulong)turn).DestinationId));
    }

    [Fact]
    public void Round_robin_by_weight_is_even_over_every_stretch()
    {
        var candidates = Destinations.Weighted(5, 3, 2);
        foreach (var start in Enumerable.Range(0, 50))
        {
            var counts = Destinations.Count(100, turn => Picking.RoundRobin(candidates, (ulong)(start + turn)));

            Assert.InRange(counts["d0"], 47, 53);
            Assert.InRange(counts["d1"], 27, 33);
            Assert.InRange(counts["d2"], 17, 23);
        }
    }

    [Fact]
    public void Chance_follows_the_weights()
    {
        var random = new Random(1);
        var counts = Destinations.Count(Picks, _ => Picking.Any(Destinations.Weighted(90, 10), random));

        Assert.InRange(counts["d1"], 900, 1_100);
    }

    [Fact]
    public void Weight_zero_gets_nothing_unless_there_is_nothing_else()
    {
        var random = new Random(2);
        var some = Destinations.Count(1_000, _ => Picking.Any(Destinations.Weighted(0, 1), random));
        var none = Destinations.Count(1_000, _ => Picking.Any(Destinations.Weighted(0, 0), random));

        Assert.Equal(["d1"], some.Keys);
        Assert.InRange(none["d0"], 400, 600);
    }

    [Fact]
    public void The_least_busy_for_its_weight_is_taken()
    {
        var candidates = new Candidates([
            (Destinations.Make("a", requests: 3), 1), (Destinations.Make("b", requests: 2), 1), (Destinations.Make("c", requests: 4), 10),
        ]);

        Assert.Equal("c", Picking.LeastRequests(candidates, new Random(3)).DestinationId);
    }

    [Fact]
    public void Of_equally_busy_ones_all_are_taken()
    {
        var random = new Random(4);
        var counts = Destinations.Count(3_000, _ => Picking.LeastRequests(Destinations.Weighted(1, 1, 1), random));

        Assert.All(counts.Values, count => Assert.InRange(count, 900, 1_100));
    }

    [Fact]
    public void The_busiest_is_never_the_less_busy_of_two()
    {
        var random = new Random(5);
        var candidates = new Candidates([
            (Destinations.Make("a"), 1), (Destinations.Make("b"), 1), (Destinations.Make("busy", requests: 9), 1),
        ]);
        var counts = Destinations.Count(1_000, _ => Picking.PowerOfTwo(candidates, random));

        Assert.False(counts.ContainsKey("busy"));
    }

    [Fact]
    public void Two_draws_follow_the_weights_when_the_load_does()
    {
        var random = new Random(6);
        DestinationState[] members = [Destinations.Make("a"), Destinations.Make("b")];
        var candidates = new Candidates([(members[0], 30), (members[1], 10)]);
        for (var i = 0; i < Picks; i++)
        {
            Picking.PowerOfTwo(candidates, random).ConcurrentRequestCount++;
        }

        Assert.InRange(members[0].ConcurrentRequestCount, 7_400, 7_600);
    }

    [Fact]
    public void Hashing_spreads_keys_by_weight_and_moves_only_those_of_who_goes()
    {
        DestinationState[] members = [.. Enumerable.Range(0, 5).Select(number => Destinations.Make($"d{number}"))];
        var all = new Candidates(members.Select(member => (member, member.DestinationId == "d0" ? 2.0 : 1)));
        var rest = new Candidates(members[..4].Select(member => (member, member.DestinationId == "d0" ? 2.0 : 1)));
        var before = Enumerable.Range(0, Picks).Select(key => Picking.Owner(all, StableHash.Of($"key-{key}")).DestinationId).ToList();
        var after = Enumerable.Range(0, Picks).Select(key => Picking.Owner(rest, StableHash.Of($"key-{key}")).DestinationId).ToList();

        Assert.InRange(before.Count(owner => owner == "d0"), 3_100, 3_560);
        Assert.InRange(before.Count(owner => owner == "d3"), 1_550, 1_790);
        Assert.All(before.Zip(after).Where(pair => pair.First != "d4"), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void Hashes_are_the_same_in_every_process()
    {
        Assert.Equal(StableHash.Of("orders-1"), StableHash.Of("orders-1"));
        Assert.Equal(14_875_723_309_729_200_454, StableHash.Of("orders-1"));
    }

    [Fact]
    public void All_stays_near_until_too_little_is_left_there()
    {
        var near = Destinations.Weighted(1, 1);
        var far = Destinations.Weighted(1);

        Assert.Equal(1, ZonedCandidates.Of(near, far, 2).NearShare);
        Assert.Equal(1, ZonedCandidates.Of(near, far, 2.5).NearShare);
        Assert.Equal(0.7, ZonedCandidates.Of(near, far, 4).NearShare, 6);
        Assert.Same(far, ZonedCandidates.Of(near, far, 4).Choose(0.7));
        Assert.Same(near, ZonedCandidates.Of(near, far, 4).Choose(0.69));
        Assert.Same(far, ZonedCandidates.Of(new Candidates([]), far, 4).Choose(0));
        Assert.Same(near, ZonedCandidates.Of(near, new Candidates([]), 4).Choose(0.99));
    }
}
