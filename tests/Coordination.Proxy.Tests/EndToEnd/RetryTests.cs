using System.Net;
using Microsoft.AspNetCore.Http;

namespace Coordination.Proxy.Tests;

public sealed class RetryTests(TestStore store) : IClassFixture<TestStore>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ServiceRegistry Registry => new(store.Client.Root);

    [Fact]
    public async Task An_instance_that_does_not_listen_costs_no_request_and_is_soon_out()
    {
        await using var backend = await Backend.StartAsync("listens");
        await store.Put("halved", "absent", $$"""{"address":"127.0.0.1","port":{{LoopbackPorts.Find().Client}}}""");
        await store.Put("halved", "listens", $$"""{"address":"127.0.0.1","port":{{backend.Port}}}""");
        await using var proxy = await TestProxy.StartAsync(store.Url);

        for (var i = 0; i < 30; i++)
        {
            Assert.Equal("listens /", await proxy.Get("/halved/"));
            using var posted = await proxy.Client.PostAsync(new Uri("/halved/", UriKind.Relative), new StringContent("x"), Token);
            Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        }
    }

    [Fact]
    public async Task A_request_that_may_have_been_done_is_not_done_twice()
    {
        await using var backend = await Backend.StartAsync("breaks", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var registration = await Registry.RegisterAsync(
            backend.Of("once", ("proxy.eject-after", "0")), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);

        using var posted = await proxy.Client.PostAsync(new Uri("/once/", UriKind.Relative), new StringContent("x"), Token);
        Assert.Equal(HttpStatusCode.BadGateway, posted.StatusCode);
        Assert.Equal(1, backend.Requests);

        Assert.Equal(502, await proxy.GetStatus("/once/"));
        Assert.Equal(1 + 1 + RetryMiddleware.RetriesDefault, backend.Requests);
    }

    [Fact]
    public async Task An_instance_that_is_silent_is_given_up_for_another()
    {
        TaskCompletionSource end = new();
        await using var silent = await Backend.StartAsync("mute-1", _ => end.Task);
        await using var quick = await Backend.StartAsync("mute-2");
        (string, string)[] metadata = [("proxy.try-timeout", "200ms"), ("proxy.balancing", "round-robin"), ("proxy.eject-after", "1")];
        await using var first = await Registry.RegisterAsync(silent.Of("mute", metadata), cancellationToken: Token);
        await using var second = await Registry.RegisterAsync(quick.Of("mute", metadata), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("mute-2 /", await proxy.Get("/mute/"));
        }

        // The first silence took it out.
        Assert.Equal(1, silent.Requests);
        end.SetResult();
    }

    [Fact]
    public async Task All_tries_together_have_a_limit_and_end_as_504()
    {
        TaskCompletionSource end = new();
        await using var silent = await Backend.StartAsync("late-1", _ => end.Task);
        await using var registration = await Registry.RegisterAsync(
            silent.Of("late", ("proxy.timeout", "200ms")), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);

        Assert.Equal(504, await proxy.GetStatus("/late/"));
        end.SetResult();
    }

    [Fact]
    public async Task A_response_that_has_begun_has_no_limit()
    {
        TaskCompletionSource begun = new();
        TaskCompletionSource end = new();
        await using var backend = await Backend.StartAsync("stream-1", async context =>
        {
            await context.Response.WriteAsync("first ");
            await context.Response.Body.FlushAsync();
            begun.SetResult();
            await end.Task;
            await context.Response.WriteAsync("last");
        });
        await using var registration = await Registry.RegisterAsync(
            backend.Of("stream", ("proxy.timeout", "300ms"), ("proxy.try-timeout", "300ms")), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);

        using var response = await proxy.Client.GetAsync(
            new Uri("/stream/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        await begun.Task;
        using var longer = new CancellationTokenSource(TimeSpan.FromMilliseconds(600));
        TaskCompletionSource passed = new();
        await using var registered = longer.Token.Register(passed.SetResult);
        await passed.Task;
        end.SetResult();

        Assert.Equal("first last", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task An_instance_that_fails_its_probe_gets_no_requests_and_comes_back_when_it_passes()
    {
        var isWell = false;
        await using var ill = await Backend.StartAsync("probed-1", context =>
        {
            context.Response.StatusCode = Volatile.Read(ref isWell) ? 200 : 500;
            return Task.CompletedTask;
        });
        await using var registration = await Registry.RegisterAsync(
            ill.Of("probed", ("proxy.health.path", "/healthz"), ("proxy.health.interval", "50ms")), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);
        var events = new DestinationEvents(proxy, "probed");

        await events.Until(destination => !UsableDestinations.IsWell(destination), Token);
        Volatile.Write(ref isWell, true);
        await events.Until(UsableDestinations.IsWell, Token);

        Assert.Equal(200, await proxy.GetStatus("/probed/"));
    }
}
