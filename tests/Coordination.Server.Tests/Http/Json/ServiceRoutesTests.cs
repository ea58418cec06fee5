using System.Net;
using Coordination.Client;
using Coordination.Recipes;

namespace Coordination.Server.Tests;

public sealed class ServiceRoutesTests
{
    private const string Instance = "/v1/services/orders/instances/a";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_http_registers_the_library_finds()
    {
        await using var api = await HttpApi.StartAsync();
        var registered = await api.DoAsync("PUT", Instance, """
            {"address":"10.0.0.7","port":8080,"tags":["blue"],"metadata":{"k":"v"},"zone":"eu","weight":0,"version":"2","ttl":"20s"}
            """);

        var found = Assert.Single(await new ServiceRegistry(api.Client.Root).GetInstancesAsync("orders", cancellationToken: Cancelled));

        Assert.Equal(("a", "10.0.0.7", 8080, "eu", 0, "2"), (found.Id, found.Address, found.Port, found.Zone, found.Weight, found.Version));
        Assert.Equal(("blue", "v"), (Assert.Single(found.Tags), found.Metadata["k"]));
        Assert.Equal((found.Lease.Value, "20s"), (long.Parse((string)registered["lease_id"]!), (string)registered["ttl"]!));
        Assert.Equal(TimeSpan.FromSeconds(20), (await api.Client.Leases.FindAsync(found.Lease, Cancelled))!.Granted);
    }

    [Fact]
    public async Task What_the_library_and_bare_keys_register_http_finds_changes_and_removes()
    {
        await using var api = await HttpApi.StartAsync();
        var registry = new ServiceRegistry(api.Client.Root);
        await using var own = await registry.RegisterAsync(
            new ServiceInstance { Service = "orders", Id = "b", Address = "10.0.0.8", Tags = ["blue", "new"] }, null, Cancelled);
        await api.Client.KeyValues.PutAsync("services/orders/shell", """{"address":"10.0.0.9"}""", cancellationToken: Cancelled);

        var all = (await api.DoAsync("GET", "/v1/services/orders"))["instances"]!.AsArray();
        var blue = (await api.DoAsync("GET", "/v1/services/orders?tag=blue&tag=new"))["instances"]!.AsArray();
        var names = await api.DoAsync("GET", "/v1/services");
        var beat = await api.DoAsync("POST", "/v1/services/orders/instances/shell/heartbeat", """{"status":"warning","note":"slow"}""");
        await api.DoAsync("POST", "/v1/services/orders/instances/b/drain");

        Assert.Equal(["b", "shell"], all.Select(instance => (string)instance!["id"]!));
        Assert.Equal("b", (string)Assert.Single(blue)!["id"]!);
        Assert.Equal(
            ("orders", 2), ((string)names["services"]![0]!["name"]!, (int)names["services"]![0]!["instances"]!));
        Assert.Null(beat["ttl"]);
        var left = Assert.Single(await registry.GetInstancesAsync("orders", cancellationToken: Cancelled));
        Assert.Equal(("shell", HealthStatus.Warning, "slow"), (left.Id, left.Status, left.Note));
        Assert.Empty((await api.DoAsync("GET", "/v1/services/orders?passing=true"))["instances"]!.AsArray());
        Assert.Equal(2, (await api.DoAsync("GET", "/v1/services/orders?all"))["instances"]!.AsArray().Count);
        Assert.True((bool)(await api.DoAsync("DELETE", "/v1/services/orders/instances/shell"))["deregistered"]!);
        Assert.False((bool)(await api.DoAsync("DELETE", "/v1/services/orders/instances/shell"))["deregistered"]!);
    }

    [Fact]
    public async Task Heartbeats_keep_an_instance_over_restarts_of_the_node()
    {
        await using var api = await HttpApi.StartAsync();
        var registered = await api.DoAsync("PUT", Instance, """{"address":"10.0.0.7","ttl":"5s"}""");
        var first = await api.DoAsync("POST", Instance + "/heartbeat");
        await api.RestartAsync();

        var second = await api.DoAsync(
            "POST", Instance + "/heartbeat", $$"""{"status":"critical","lease_id":{{registered["lease_id"]!.ToJsonString()}}}""");

        Assert.Equal(("5s", "5s"), ((string)first["ttl"]!, (string)second["ttl"]!));
        Assert.Equal("critical", (string)(await api.DoAsync("GET", Instance))["instance"]!["status"]!);
    }

    [Fact]
    public async Task An_instance_without_heartbeats_is_gone_after_its_time_and_watchers_are_told()
    {
        await using var api = await HttpApi.StartAsync();
        using var watch = await api.WatchAsync("/v1/services/orders/watch");
        var empty = await watch.NextAsync();
        await api.DoAsync("PUT", Instance, """{"address":"10.0.0.7","ttl":"2s"}""");
        long began = TimeProvider.System.GetTimestamp();

        var added = await watch.NextAsync();
        var removed = await watch.NextAsync();

        Assert.Equal("application/x-ndjson", watch.MediaType);
        Assert.Equal((true, 0), ((bool)empty["snapshot"]!, empty["changes"]!.AsArray().Count));
        Assert.Equal((false, "added"), ((bool)added["snapshot"]!, (string)added["changes"]![0]!["kind"]!));
        Assert.Equal(("removed", "a"), ((string)removed["changes"]![0]!["kind"]!, (string)removed["changes"]![0]!["instance"]!["id"]!));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(10));
        Assert.Equal("the instance is not registered", await api.RefuseAsync(HttpStatusCode.NotFound, 5, "POST", Instance + "/heartbeat"));
    }

    [Fact]
    public async Task A_watch_is_told_as_events_to_those_who_accept_them()
    {
        await using var api = await HttpApi.StartAsync();
        await api.DoAsync("PUT", Instance, """{"address":"10.0.0.7"}""");

        using var watch = await api.WatchAsync("/v1/services/orders/watch", "text/event-stream");

        Assert.Equal("text/event-stream", watch.MediaType);
        Assert.StartsWith("data: {", await watch.NextLineAsync(), StringComparison.Ordinal);
        Assert.Equal(string.Empty, await watch.NextLineAsync());
    }

    [Fact]
    public async Task A_node_that_stops_says_so_at_the_end_of_a_watch()
    {
        await using var api = await HttpApi.StartAsync();
        using var watch = await api.WatchAsync("/v1/services/orders/watch");
        await watch.NextAsync();

        await api.RestartAsync();

        Assert.Equal(14, (int)(await watch.NextAsync())["error"]!["code"]!);
        Assert.Null(await watch.NextLineAsync());
    }

    [Fact]
    public async Task A_lease_of_the_callers_own_holds_many_instances_and_heartbeats_can_insist_on_it()
    {
        await using var api = await HttpApi.StartAsync();
        var lease = await api.Client.Leases.GrantAsync(TimeSpan.FromSeconds(30), cancellationToken: Cancelled);
        foreach (string id in (string[])["a", "b"])
        {
            await api.DoAsync(
                "PUT", $"/v1/services/orders/instances/{id}", $$"""{"address":"10.0.0.7","lease_id":"{{lease.Id.Value}}"}""");
        }

        Assert.Equal(2, (await api.Client.Leases.FindAsync(lease.Id, Cancelled))!.Keys.Count);
        Assert.StartsWith(
            "lease_id: ",
            await api.RefuseAsync(HttpStatusCode.NotFound, 5, "POST", Instance + "/heartbeat", """{"lease_id":12}"""),
            StringComparison.Ordinal);
        Assert.Equal(
            "lease_id: there is no such lease",
            await api.RefuseAsync(HttpStatusCode.NotFound, 5, "PUT", Instance, """{"address":"x","lease_id":12}"""));
        await api.Client.Leases.RevokeAsync(lease.Id, Cancelled);
        Assert.Empty((await api.DoAsync("GET", "/v1/services"))["services"]!.AsArray());
    }
}
