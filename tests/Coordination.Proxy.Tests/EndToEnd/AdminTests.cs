using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Coordination.Proxy.Tests;

public sealed class AdminTests(TestStore store) : IClassFixture<TestStore>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_report_says_what_is_routed_and_why_an_instance_is_out()
    {
        await using var backend = await Backend.StartAsync("in");
        var gone = LoopbackPorts.Find().Client;
        await store.Put("told", "in", $$"""{"address":"127.0.0.1","port":{{backend.Port}},"version":"2","zone":"west"}""");
        await store.Put("told", "leaving", """{"address":"127.0.0.1","port":1,"draining":true}""");
        await store.Put("told", "sick", """{"address":"127.0.0.1","port":1,"status":"critical","note":"disk full"}""");
        await store.Put("told", "gone", $$"""{"address":"127.0.0.1","port":{{gone}}}""");
        await store.Put("told", "odd", """{"address":"127.0.0.1","port":1,"metadata":{"proxy.scheme":"ftp"}}""");
        await using var proxy = await TestProxy.StartAsync(store.Url);
        for (var i = 0; i < 50; i++)
        {
            await proxy.Get("/told/");
        }

        var report = await Report(proxy);

        var instances = report.Services.Single(service => service.Name == "told").Instances.ToDictionary(instance => instance.Id);
        Assert.True(report.IsLive);
        Assert.Equal("/told/{**rest}", report.Routes.Single(route => route.Service == "told").Path);
        Assert.Equal(["in"], instances.Values.Where(instance => instance.IsUsed).Select(instance => instance.Id));
        Assert.Equal("2", instances["in"].Version);
        Assert.Contains("drains", Assert.Single(instances["leaving"].Reasons), StringComparison.Ordinal);
        Assert.Contains("disk full", Assert.Single(instances["sick"].Reasons), StringComparison.Ordinal);
        Assert.Contains("failed in a row", Assert.Single(instances["gone"].Reasons), StringComparison.Ordinal);
        Assert.Contains("ftp", Assert.Single(instances["odd"].Reasons), StringComparison.Ordinal);
        Assert.Contains(report.Refusals, refusal => refusal.Subject == "instance told/odd");
    }

    [Fact]
    public async Task Metrics_count_requests_by_service_and_status()
    {
        await using var backend = await Backend.StartAsync("counted-1");
        await store.Put("counted", "counted-1", $$"""{"address":"127.0.0.1","port":{{backend.Port}}}""");
        await using var proxy = await TestProxy.StartAsync(store.Url);
        await proxy.Get("/counted/");
        await proxy.Get("/counted/");

        using var client = new HttpClient { BaseAddress = proxy.Admin };
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        string text;
        do
        {
            // A request is counted when its last byte is on its way, which may be after the client has it.
            await timer.WaitForNextTickAsync(Token);
            text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token);
        }
        while (!text.Contains("coordination_proxy_request_duration_seconds_count{service=\"counted\"} 2\n", StringComparison.Ordinal));

        Assert.Contains("coordination_proxy_requests_total{code=\"200\",service=\"counted\"} 2\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_is_not_served_where_requests_are()
    {
        await using var proxy = await TestProxy.StartAsync(store.Url);

        Assert.Equal(404, await proxy.GetStatus("/admin"));
        using var client = new HttpClient { BaseAddress = proxy.Admin };
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri("/readyz", UriKind.Relative), Token));
    }

    [Fact]
    public async Task A_proxy_that_knows_nothing_is_not_ready()
    {
        await using var proxy = await TestProxy.StartAsync(
            LoopbackPorts.Find().ClientUrl, settings => settings.Proxy.StartupWait = TimeSpan.FromMilliseconds(100));
        using var client = new HttpClient { BaseAddress = proxy.Admin };

        using var response = await client.GetAsync(new Uri("/readyz", UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task A_proxy_that_stops_finishes_the_requests_under_way()
    {
        TaskCompletionSource arrived = new();
        TaskCompletionSource end = new();
        await using var backend = await Backend.StartAsync("last", async context =>
        {
            arrived.SetResult();
            await end.Task;
            await context.Response.WriteAsync("done");
        });
        await store.Put("last", "last", $$"""{"address":"127.0.0.1","port":{{backend.Port}}}""");
        await using var proxy = await TestProxy.StartAsync(store.Url);

        var request = proxy.Get("/last/");
        await arrived.Task;
        var stopping = proxy.Stop();
        end.SetResult();

        Assert.Equal("done", await request);
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => proxy.Get("/last/"));
    }

    private static async Task<AdminReport> Report(TestProxy proxy)
    {
        using var client = new HttpClient { BaseAddress = proxy.Admin };
        var text = await client.GetStringAsync(new Uri("/admin", UriKind.Relative), Token);
        return JsonSerializer.Deserialize(text, AdminJson.Default.AdminReport)!;
    }
}
