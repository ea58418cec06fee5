using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy.Tests;

public sealed class ServiceBalancerTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Requests_stay_in_the_zone_of_the_proxy()
    {
        var balancer = Make("west");
        DestinationState[] available = [Destinations.Make("a", zone: "west"), Destinations.Make("b", zone: "east")];
        var cluster = Cluster(new ServicePolicy(), available);

        var counts = Destinations.Count(100, _ => balancer.PickDestination(new DefaultHttpContext(), cluster, available)!);

        Assert.Equal(["a"], counts.Keys);
    }

    [Fact]
    public void What_the_zone_cannot_take_spills_over()
    {
        var balancer = Make("west");
        DestinationState[] all =
        [
            Destinations.Make("a", zone: "west"), Destinations.Make("b", zone: "west"), Destinations.Make("c", zone: "west"),
            Destinations.Make("d", zone: "west"), Destinations.Make("e", zone: "east"),
        ];
        DestinationState[] available = [all[0], all[4]];
        var cluster = Cluster(new ServicePolicy(), all);

        var counts = Destinations.Count(1_000, _ => balancer.PickDestination(new DefaultHttpContext(), cluster, available)!);

        // A quarter of the zone is there, and 1.4 times that stays in it.
        Assert.InRange(counts["a"], 300, 400);
    }

    [Fact]
    public void An_instance_that_comes_later_gets_its_share_little_by_little()
    {
        var balancer = Make(null);
        var policy = new ServicePolicy { Balancing = BalancingAlgorithm.Random, SlowStart = Window };
        DestinationState[] first = [Destinations.Make("a"), Destinations.Make("b")];
        var cluster = Cluster(policy, first);
        balancer.PickDestination(new DefaultHttpContext(), cluster, first);
        _time.Advance(Window);
        DestinationState[] later = [.. first, Destinations.Make("new")];

        Assert.InRange(ShareOfNew(), 30, 70);
        _time.Advance(Window / 2);
        Assert.InRange(ShareOfNew(), 170, 230);
        _time.Advance(Window / 2);
        Assert.InRange(ShareOfNew(), 300, 370);

        int ShareOfNew() => Destinations.Count(1_000, _ => balancer.PickDestination(new DefaultHttpContext(), cluster, later)!)
            .GetValueOrDefault("new");
    }

    [Theory]
    [InlineData("header:x-user")]
    [InlineData("cookie:x-user")]
    [InlineData("path")]
    [InlineData("address")]
    public void Requests_with_the_same_key_go_to_the_same_instance(string key)
    {
        var balancer = Make(null);
        DestinationState[] available = [.. Enumerable.Range(0, 10).Select(number => Destinations.Make($"d{number}"))];
        var cluster = Cluster(new ServicePolicy { Balancing = BalancingAlgorithm.Hash, Hash = HashKey.Find(key) }, available);

        var byUser = Enumerable.Range(0, 100).GroupBy(
            request => request % 20, request => balancer.PickDestination(RequestOf(request % 20), cluster, available)!.DestinationId);

        Assert.All(byUser, picks => Assert.Single(picks.Distinct()));
        Assert.InRange(byUser.SelectMany(picks => picks).Distinct().Count(), 5, 10);
    }

    [Fact]
    public void Without_its_key_a_request_goes_anywhere()
    {
        var balancer = Make(null);
        DestinationState[] available = [Destinations.Make("a"), Destinations.Make("b")];
        var cluster = Cluster(new ServicePolicy { Balancing = BalancingAlgorithm.Hash, Hash = HashKey.Find("header:x") }, available);

        var counts = Destinations.Count(100, _ => balancer.PickDestination(new DefaultHttpContext(), cluster, available)!);

        Assert.Equal(2, counts.Count);
    }

    private static DefaultHttpContext RequestOf(int user)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["x-user"] = $"{user}";
        context.Request.Headers.Cookie = $"x-user={user}";
        context.Request.Path = $"/{user}";
        context.Connection.RemoteIpAddress = new System.Net.IPAddress([10, 0, 0, (byte)user]);
        return context;
    }

    private static ClusterState Cluster(ServicePolicy policy, IReadOnlyList<DestinationState> all)
    {
        var config = new ClusterConfig { ClusterId = "a", Metadata = ClusterPolicy.Write(policy) };
        return new ClusterState("a", new ClusterModel(config, new HttpMessageInvoker(new SocketsHttpHandler())))
        {
            DestinationsState = new ClusterDestinationsState(all, all),
        };
    }

    private ServiceBalancer Make(string? zone) => new(
        Options.Create(new CoordinationProxyOptions { Zone = zone }), new Random(1), new SlowStart(_time), _time);
}
