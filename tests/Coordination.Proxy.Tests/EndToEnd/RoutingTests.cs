using System.Diagnostics;

namespace Coordination.Proxy.Tests;

public sealed class RoutingTests(TestStore store) : IClassFixture<TestStore>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ServiceRegistry Registry => new(store.Client.Root);

    [Fact]
    public async Task A_service_is_reached_by_its_name_and_the_name_is_taken_off()
    {
        await using var backend = await Backend.StartAsync("plain-1");
        await using var registration = await Registry.RegisterAsync(backend.Of("plain"), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);

        Assert.Equal("plain-1 /a/b", await proxy.Get("/plain/a/b"));
        Assert.Equal("plain-1 /", await proxy.Get("/plain"));
        Assert.Equal(404, await proxy.GetStatus("/plainer"));
        Assert.Equal(404, await proxy.GetStatus("/"));
    }

    [Fact]
    public async Task An_instance_that_a_script_put_into_the_store_is_routed_like_any_other()
    {
        await using var backend = await Backend.StartAsync("raw-1");
        await using var proxy = await TestProxy.StartAsync(store.Url);

        await store.Put("raw", "raw-1", $$"""{"address":"127.0.0.1","port":{{backend.Port}}}""");
        await proxy.UntilDestinations("raw", 1);

        Assert.Equal("raw-1 /x", await proxy.Get("/raw/x"));
    }

    [Fact]
    public async Task Draining_and_critical_instances_get_no_new_requests_and_a_service_without_others_says_503()
    {
        await using var backend = await Backend.StartAsync("leaving-1");
        await using var registration = await Registry.RegisterAsync(backend.Of("leaving"), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);
        Assert.Equal("leaving-1 /", await proxy.Get("/leaving/"));

        await registration.ReportAsync(HealthStatus.Critical, "broken", Token);
        await proxy.UntilDestinations("leaving", 0);
        Assert.Equal(503, await proxy.GetStatus("/leaving/"));

        await registration.ReportAsync(HealthStatus.Passing, null, Token);
        await proxy.UntilDestinations("leaving", 1);
        Assert.Equal("leaving-1 /", await proxy.Get("/leaving/"));

        await registration.UpdateAsync(instance => instance with { IsDraining = true }, Token);
        await proxy.UntilDestinations("leaving", 0);
        Assert.Equal(503, await proxy.GetStatus("/leaving/"));
    }

    [Fact]
    public async Task A_request_under_way_is_finished_by_the_instance_that_drains()
    {
        TaskCompletionSource arrived = new();
        TaskCompletionSource drained = new();
        await using var backend = await Backend.StartAsync("slow-1", async context =>
        {
            arrived.SetResult();
            await drained.Task;
            await context.Response.Body.WriteAsync("done"u8.ToArray());
        });
        await using var registration = await Registry.RegisterAsync(backend.Of("slow"), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);

        var request = proxy.Get("/slow/");
        await arrived.Task.WaitAsync(Token);
        await registration.UpdateAsync(instance => instance with { IsDraining = true }, Token);
        await proxy.UntilDestinations("slow", 0);
        drained.SetResult();

        Assert.Equal("done", await request);
    }

    [Fact]
    public async Task Routes_by_path_host_and_header_are_declared_by_metadata()
    {
        await using var path = await Backend.StartAsync("path-1");
        await using var host = await Backend.StartAsync("host-1");
        await using var header = await Backend.StartAsync("header-1");
        await using var first = await Registry.RegisterAsync(
            path.Of("by-path", ("proxy.path", "/api/things"), ("proxy.strip", "false")), cancellationToken: Token);
        await using var second = await Registry.RegisterAsync(
            host.Of("by-host", ("proxy.host", "things.test, *.things.test")), cancellationToken: Token);
        await using var third = await Registry.RegisterAsync(
            header.Of("by-header", ("proxy.path", "/api/things"), ("proxy.header", "x-env=blue")), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);

        Assert.Equal("path-1 /api/things/7", await proxy.Get("/api/things/7"));
        Assert.Equal("header-1 /7", await proxy.GetAs("/api/things/7", null, ("x-env", "blue")));
        Assert.Equal("host-1 /api/things/7", await proxy.GetAs("/api/things/7", "things.test"));
        Assert.Equal("host-1 /", await proxy.GetAs("/", "www.things.test"));

        // What declares a route has no other.
        Assert.Equal(404, await proxy.GetStatus("/by-path/"));
    }

    [Fact]
    public async Task Routes_and_settings_come_from_the_configuration_document_and_change_with_it()
    {
        await using var backend = await Backend.StartAsync("stated-1");
        await using var registration = await Registry.RegisterAsync(backend.Of("stated"), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url, settings => settings.Proxy.ConfigurationName = "proxy-stated");
        var document = new ConfigurationDocument(store.Client.Root, "proxy-stated");
        Assert.Equal("stated-1 /", await proxy.Get("/stated/"));

        await document.PublishAsync(
            """{ "routes": [ { "name": "shop", "service": "stated", "path": "/shop" }, { "name": "bad", "service": "stated" } ] }""",
            Token);
        await proxy.Until(config => config.Routes.Any(route => route.RouteId == "document/shop"));
        Assert.Equal("stated-1 /1", await proxy.Get("/shop/1"));
        Assert.Equal(404, await proxy.GetStatus("/stated/"));
        Assert.Contains(proxy.Plan.Refusals, refusal => refusal.Subject == "route bad");

        // What is no document at all changes nothing.
        await document.PublishAsync("not json", Token);
        await document.PublishAsync("""{ "services": { "stated": { "expose": false } } }""", Token);
        await proxy.Until(config => config.Routes.All(route => route.ClusterId != "stated"));
        Assert.Equal(404, await proxy.GetStatus("/shop/1"));
    }

    [Fact]
    public async Task Metadata_that_make_no_sense_refuse_one_route_and_break_no_other()
    {
        await using var proxy = await TestProxy.StartAsync(store.Url);
        await using var good = await Backend.StartAsync("good-1");
        await using var bad = await Backend.StartAsync("bad-1");

        await using var refused = await Registry.RegisterAsync(
            bad.Of("bad", ("proxy.path", "/{*everything"), ("proxy.host", "good.test")), cancellationToken: Token);
        await using var routed = await Registry.RegisterAsync(good.Of("good"), cancellationToken: Token);
        await proxy.UntilDestinations("good", 1);

        Assert.Equal("good-1 /", await proxy.Get("/good/"));
        Assert.Contains(proxy.Plan.Refusals, refusal => refusal.Subject == "route bad" && refusal.Source == "instance bad/bad-1");
    }

    [Fact]
    public async Task A_thousand_registrations_are_a_few_plans_and_applied_within_a_second()
    {
        await using var proxy = await TestProxy.StartAsync(store.Url);
        var before = proxy.Plans;

        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1_000), Token,
            async (number, _) => await store.Put("many", $"many-{number}", """{"address":"127.0.0.1","port":1}"""));
        var registered = watch.Elapsed;
        await proxy.UntilDestinations("many", 1_000);
        var applied = watch.Elapsed - registered;

        Assert.InRange(applied, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(proxy.Plans - before, 1, 5 + (registered / TimeSpan.FromMilliseconds(100)));
    }
}
