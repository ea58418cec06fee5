namespace Coordination.Proxy.Tests;

public sealed class BalancingTests(TestStore store) : IClassFixture<TestStore>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ServiceRegistry Registry => new(store.Client.Root);

    [Fact]
    public async Task A_canary_gets_the_share_that_the_document_says_and_the_next_version_of_it_another()
    {
        await using var old = await Backend.StartAsync("canary-old");
        await using var next = await Backend.StartAsync("canary-new");
        await using var first = await Registry.RegisterAsync(old.Of("canary") with { Version = "1" }, cancellationToken: Token);
        await using var second = await Registry.RegisterAsync(next.Of("canary") with { Version = "2" }, cancellationToken: Token);
        var document = new ConfigurationDocument(store.Client.Root, "canary-settings");
        await document.PublishAsync(Split(100, 0), Token);
        await using var proxy = await TestProxy.StartAsync(store.Url, settings => settings.Proxy.ConfigurationName = "canary-settings");
        await proxy.Until(config => config.Clusters.Any(
            cluster => cluster.Metadata!.Values.Any(text => text.Contains("split", StringComparison.Ordinal))));
        await Send(proxy, 50);
        Assert.Equal(0, next.Requests);

        var before = proxy.Plans;
        await document.PublishAsync(Split(0, 100), Token);
        await proxy.Until(_ => proxy.Plans > before);
        var oldRequests = old.Requests;
        await Send(proxy, 50);

        Assert.Equal(oldRequests, old.Requests);
        Assert.Equal(50, next.Requests);
    }

    [Fact]
    public async Task A_cookie_keeps_a_client_with_its_instance()
    {
        await using var one = await Backend.StartAsync("sticky-1");
        await using var two = await Backend.StartAsync("sticky-2");
        await using var first = await Registry.RegisterAsync(one.Of("sticky", ("proxy.sticky", "home")), cancellationToken: Token);
        await using var second = await Registry.RegisterAsync(two.Of("sticky", ("proxy.sticky", "home")), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);

        // The client keeps cookies, as browsers do.
        await Send(proxy, 20, "/sticky/");

        Assert.Equal([0, 20], new[] { one.Requests, two.Requests }.Order());
    }

    [Fact]
    public async Task Round_robin_by_metadata_takes_turns()
    {
        await using var one = await Backend.StartAsync("turns-1");
        await using var two = await Backend.StartAsync("turns-2");
        await using var first = await Registry.RegisterAsync(
            one.Of("turns", ("proxy.balancing", "round-robin")), cancellationToken: Token);
        await using var second = await Registry.RegisterAsync(
            two.Of("turns", ("proxy.balancing", "round-robin")), cancellationToken: Token);
        await using var proxy = await TestProxy.StartAsync(store.Url);

        await Send(proxy, 20, "/turns/");

        Assert.Equal(10, one.Requests);
    }

    private static string Split(int first, int second) =>
        $$"""
        { "services": { "canary": { "split": [ { "version": "1", "weight": {{first}} }, { "version": "2", "weight": {{second}} } ] } } }
        """;

    private static async Task Send(TestProxy proxy, int count, string path = "/canary/")
    {
        for (var i = 0; i < count; i++)
        {
            await proxy.Get(path);
        }
    }
}
