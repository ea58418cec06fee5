namespace Coordination.Proxy.Tests;

public sealed class RouteAssemblerTests
{
    [Fact]
    public void Order_comes_first_then_hosts_then_longer_paths_then_headers()
    {
        string[] ordered = ["lowest", "host", "wildcard", "long", "header", "method", "short", "all"];
        var plan = Sample.Plan(
            """
            { "routes": [
              { "name": "all", "service": "a", "path": "/" },
              { "name": "short", "service": "a", "path": "/x" },
              { "name": "method", "service": "a", "path": "/x", "methods": ["get"] },
              { "name": "header", "service": "a", "path": "/x", "headers": { "x-env": "blue" } },
              { "name": "long", "service": "a", "path": "/x/y" },
              { "name": "wildcard", "service": "a", "hosts": ["*.a.test"] },
              { "name": "host", "service": "a", "hosts": ["b.a.test"] },
              { "name": "lowest", "service": "a", "path": "/z", "order": -1 }
            ] }
            """);

        Assert.Equal(ordered.Select(name => $"document/{name}"), plan.Routes.OrderBy(route => route.Order).Select(route => route.RouteId));
    }

    [Fact]
    public void Of_two_routes_for_the_same_requests_that_of_the_document_counts_and_the_other_is_refused()
    {
        var plan = Sample.Plan(
            """{ "routes": [ { "name": "mine", "service": "b", "path": "/SHARED" } ] }""",
            Sample.Instance("a", "1", ("proxy.path", "/shared")), Sample.Instance("b", "1"));

        Assert.Equal("document/mine", Assert.Single(plan.Routes).RouteId);
        Assert.Equal(new Refusal("route a", "instance a/1", "route mine takes the same requests."), Assert.Single(plan.Refusals));
    }

    [Fact]
    public void Routes_that_overlap_have_different_places_so_that_no_request_is_ambiguous()
    {
        var plan = Sample.Plan(
            Sample.Instance("a", "1", ("proxy.host", "x.test, y.test")), Sample.Instance("b", "1", ("proxy.host", "y.test, z.test")));

        Assert.Equal(2, plan.Routes.Select(route => route.Order).Distinct().Count());
        Assert.Empty(plan.Refusals);
    }

    [Fact]
    public void The_greatest_rank_is_a_number()
    {
        var last = new RouteDeclaration
        {
            Name = "last",
            Service = "a",
            Path = "/",
            Order = DeclarationCheck.OrderMax,
            Source = "test",
        };

        Assert.InRange(RouteRank.Of(last), 1, int.MaxValue - RouteRank.TiesMax);
        Assert.True(RouteRank.Of(last with { Order = -DeclarationCheck.OrderMax }) >= 0);
    }
}
