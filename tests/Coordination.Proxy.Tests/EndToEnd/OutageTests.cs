namespace Coordination.Proxy.Tests;

public sealed class OutageTests
{
    [Fact]
    public async Task A_proxy_that_starts_without_a_coordinator_serves_what_was_known_and_follows_once_one_answers()
    {
        var folder = Directory.CreateTempSubdirectory("proxy-outage-");
        var ports = LoopbackPorts.Find();
        await using var backend = await Backend.StartAsync("kept-1");
        void Configure(ProxySettings settings) => settings.Proxy.StateFile = Path.Combine(folder.FullName, "state");
        await using (var store = new TestStore(ports.ClientUrl))
        {
            await store.InitializeAsync();
            await store.Put("kept", "kept-1", $$"""{"address":"127.0.0.1","port":{{backend.Port}}}""");
            await using var first = await TestProxy.StartAsync(ports.ClientUrl, Configure);
            Assert.Equal("kept-1 /", await first.Get("/kept/"));
        }

        await using var proxy = await TestProxy.StartAsync(ports.ClientUrl, Configure);
        Assert.Equal("kept-1 /", await proxy.Get("/kept/"));

        // Another coordinator, which knows nothing of it: what it says counts.
        await using var other = new TestStore(ports.ClientUrl);
        await other.InitializeAsync();
        await proxy.UntilDestinations("kept", 0);
        Assert.Equal(404, await proxy.GetStatus("/kept/"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_proxy_that_knows_nothing_starts_all_the_same()
    {
        await using var proxy = await TestProxy.StartAsync(
            LoopbackPorts.Find().ClientUrl, settings => settings.Proxy.StartupWait = TimeSpan.FromMilliseconds(100));

        Assert.Equal(404, await proxy.GetStatus("/anything/"));
    }
}
