using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy.Tests;

public sealed class TrafficSplitTests
{
    private static readonly DestinationState One = Destinations.Make("one", version: "1");
    private static readonly DestinationState Two = Destinations.Make("two", version: "2");
    private static readonly DestinationState Three = Destinations.Make("three", version: "3");

    private readonly TrafficSplit _split = new(new Random(1));

    [Fact]
    public void Shares_follow_their_weights_and_who_is_in_none_gets_nothing()
    {
        SplitShare[] shares = [new("1", null, 90), new("2", null, 10)];
        DestinationState[] available = [One, Two, Three];

        Assert.Equal("one", Choose(shares, available, 0));
        Assert.Equal("one", Choose(shares, available, 0.899));
        Assert.Equal("two", Choose(shares, available, 0.9));
        Assert.Equal("two", Choose(shares, available, 0.999));
    }

    [Fact]
    public void A_share_that_says_nothing_takes_the_rest()
    {
        SplitShare[] shares = [new("1", null, 1), new(null, null, 1)];

        Assert.Equal("two, three", Choose(shares, [One, Two, Three], 0.5));
    }

    [Fact]
    public void A_share_without_instances_leaves_its_requests_to_the_others()
    {
        SplitShare[] shares = [new("9", null, 99), new("2", null, 1)];

        Assert.Equal("two", Choose(shares, [One, Two], 0));
    }

    [Fact]
    public void A_share_of_weight_0_gets_nothing_while_others_are_there()
    {
        SplitShare[] shares = [new("1", null, 0), new("2", null, 1)];

        Assert.Equal("two", Choose(shares, [One, Two], 0));
        Assert.Equal("one, three", Choose(shares, [One, Three], 0));
    }

    [Fact]
    public void Other_shares_count_from_the_next_request_on()
    {
        DestinationState[] available = [One, Two];
        Assert.Equal("one", Choose([new("1", null, 1), new("2", null, 0)], available, 0.5));

        Assert.Equal("two", Choose([new("1", null, 0), new("2", null, 1)], available, 0.5));
    }

    /// <summary>The ids: a destination is a list of itself, which comparing lists does not survive.</summary>
    private string Choose(IReadOnlyList<SplitShare> shares, IReadOnlyList<DestinationState> available, double draw) =>
        string.Join(", ", _split.Choose(shares, available, draw).Select(destination => destination.DestinationId));
}
