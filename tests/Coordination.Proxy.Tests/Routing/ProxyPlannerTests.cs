namespace Coordination.Proxy.Tests;

public sealed class ProxyPlannerTests
{
    [Fact]
    public void What_does_not_change_is_the_same_object_in_the_next_plan()
    {
        var planner = new ProxyPlanner();
        var snapshot = RegistrySnapshot.Empty.WithInstances([Sample.Instance("a", "a-1"), Sample.Instance("b", "b-1")]);
        var before = planner.Plan(snapshot);

        var after = planner.Plan(snapshot.With(new ServiceChange(ServiceChangeKind.Added, Sample.Instance("b", "b-2"), null)));

        Assert.Same(before.Clusters[0], after.Clusters[0]);
        Assert.Same(before.Routes[0], after.Routes[0]);
        Assert.Equal(2, after.Clusters[1].Destinations!.Count);
    }

    [Fact]
    public void A_service_that_vanishes_takes_its_routes_along()
    {
        var planner = new ProxyPlanner();
        var snapshot = RegistrySnapshot.Empty.WithInstances([Sample.Instance("a", "a-1"), Sample.Instance("b", "b-1")]);
        planner.Plan(snapshot);

        var plan = planner.Plan(snapshot.With(
            new ServiceChange(ServiceChangeKind.Removed, Sample.Instance("a", "a-1"), Sample.Instance("a", "a-1"))));

        Assert.Equal("b", Assert.Single(plan.Clusters).ClusterId);
        Assert.Equal("b", Assert.Single(plan.Routes).RouteId);
    }

    [Fact]
    public void Services_whose_names_differ_in_case_only_are_one_service_and_a_refusal()
    {
        var plan = Sample.Plan(Sample.Instance("orders", "1"), Sample.Instance("Orders", "2"));

        Assert.Equal("Orders", Assert.Single(plan.Clusters).ClusterId);
        Assert.Equal("service orders", Assert.Single(plan.Refusals).Subject);
    }

    [Theory]
    [InlineData("a{b")]
    [InlineData("a b")]
    [InlineData("..")]
    [InlineData("100%")]
    public void A_name_that_cannot_be_in_a_path_has_no_route_of_its_own(string service)
    {
        var plan = Sample.Plan(Sample.Instance(service, "1"));

        Assert.Empty(plan.Routes);
        Assert.Single(plan.Clusters);
        Assert.Contains("cannot be in a path", Assert.Single(plan.Refusals).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Instances_that_disagree_are_outvoted_and_named()
    {
        var plan = Sample.Plan(
            Sample.Instance("a", "1", ("proxy.path", "/one")),
            Sample.Instance("a", "2", ("proxy.path", "/two")),
            Sample.Instance("a", "3", ("proxy.path", "/two"), ("other", "whatever")));

        Assert.Equal("/two/{**rest}", Assert.Single(plan.Routes).Match.Path);
        Assert.Contains("not followed: 1.", Assert.Single(plan.Refusals).Reason, StringComparison.Ordinal);
        Assert.Equal(3, plan.Clusters[0].Destinations!.Count);
    }

    [Fact]
    public void Of_equally_many_the_first_id_speaks_and_those_that_drain_have_no_say()
    {
        var tie = Sample.Plan(Sample.Instance("a", "2", ("proxy.path", "/two")), Sample.Instance("a", "1", ("proxy.path", "/one")));
        var draining = Sample.Plan(
            Sample.Instance("a", "2", ("proxy.path", "/two")),
            Sample.Instance("a", "1", ("proxy.path", "/one")) with { IsDraining = true });

        Assert.Equal("/one/{**rest}", Assert.Single(tie.Routes).Match.Path);
        Assert.Equal("/two/{**rest}", Assert.Single(draining.Routes).Match.Path);
        Assert.Empty(draining.Refusals);
    }

    [Theory]
    [InlineData("proxy.strip", "perhaps")]
    [InlineData("proxy.order", "first")]
    [InlineData("proxy.order", "1001")]
    [InlineData("proxy.path", "no-slash")]
    [InlineData("proxy.path", "/a/../b")]
    [InlineData("proxy.path", "/a//b")]
    [InlineData("proxy.host", "a b")]
    [InlineData("proxy.host", "")]
    [InlineData("proxy.header", "x")]
    [InlineData("proxy.header", "a b=c")]
    [InlineData("proxy.grpc", "shop/Orders")]
    public void Metadata_that_make_no_sense_refuse_the_route(string key, string value)
    {
        var plan = Sample.Plan(Sample.Instance("bad", "1", (key, value)), Sample.Instance("good", "1"));

        Assert.Equal("good", Assert.Single(plan.Routes).RouteId);
        Assert.Equal("route bad", Assert.Single(plan.Refusals).Subject);
    }

    [Theory]
    [InlineData("proxy.scheme", "ftp")]
    public void An_instance_without_an_address_is_left_out_alone(string key, string value)
    {
        var plan = Sample.Plan(
            Sample.Instance("a", "1", (key, value)),
            Sample.Instance("a", "2"),
            Sample.Instance("a", "3") with { Address = "not a host" },
            Sample.Instance("a", "4") with { Port = 70_000 });

        Assert.Equal(["2"], Assert.Single(plan.Clusters).Destinations!.Keys);
        Assert.Equal(
            ["instance a/1", "instance a/3", "instance a/4"], plan.Refusals.Select(refusal => refusal.Subject));
    }

    [Theory]
    [InlineData("10.0.0.1", 80, "http://10.0.0.1:80/")]
    [InlineData("backend.test", 0, "http://backend.test/")]
    [InlineData("2001:db8::1", 8080, "http://[2001:db8::1]:8080/")]
    public void Addresses_become_urls(string address, int port, string url)
    {
        var plan = Sample.Plan(Sample.Instance("a", "1") with { Address = address, Port = port });

        Assert.Equal(url, plan.Clusters[0].Destinations!["1"].Address);
    }

    [Fact]
    public void A_grpc_service_is_a_path_that_stays_and_speaks_http_2()
    {
        var plan = Sample.Plan(Sample.Instance("shop", "1", ("proxy.grpc", "shop.v1.Orders, shop.v1.Stock")));

        Assert.Equal(
            ["/shop.v1.Orders/{**rest}", "/shop.v1.Stock/{**rest}"], plan.Routes.Select(route => route.Match.Path));
        Assert.All(plan.Routes, route => Assert.Null(route.Transforms));
        Assert.Equal(new Version(2, 0), plan.Clusters[0].HttpRequest!.Version);
    }

    [Fact]
    public void A_service_that_is_not_exposed_has_no_route_but_those_of_the_document()
    {
        var hidden = Sample.Plan(Sample.Instance("a", "1", ("proxy.expose", "false")));
        var stated = Sample.Plan(
            """{ "routes": [ { "name": "x", "service": "a", "path": "/x" } ] }""",
            Sample.Instance("a", "1", ("proxy.expose", "false")));

        Assert.Empty(hidden.Routes);
        Assert.Equal("document/x", Assert.Single(stated.Routes).RouteId);
    }
}
