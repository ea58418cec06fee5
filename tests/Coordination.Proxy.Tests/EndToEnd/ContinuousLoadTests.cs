namespace Coordination.Proxy.Tests;

public sealed class ContinuousLoadTests
{
    private const int Phase = 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_request_fails_while_instances_come_drain_and_are_killed_and_the_coordinator_goes()
    {
        var store = new TestStore();
        await store.InitializeAsync();
        await using var proxy = await TestProxy.StartAsync(store.Url);
        await using var instances = new LoadInstances(store.Client);
        await instances.Add("one");
        await instances.Add("two");
        await proxy.UntilDestinations(LoadInstances.Service, 2);
        await using var load = new ContinuousLoad(new Uri(proxy.Client.BaseAddress!, $"/{LoadInstances.Service}/x"));
        await load.More(Phase);

        await instances.Add("three");
        await proxy.UntilDestinations(LoadInstances.Service, 3);
        await load.More(Phase);

        await instances.Drain("one");
        await proxy.UntilDestinations(LoadInstances.Service, 2);
        await instances.Stop("one");
        var drained = load.AnswersOf("one");
        await load.More(Phase);
        Assert.Equal(drained, load.AnswersOf("one"));

        // Killed, and still registered: only the proxy itself can find out.
        await instances.Add("four");
        await proxy.UntilDestinations(LoadInstances.Service, 3);
        await instances.Kill("two");
        await load.More(Phase);

        await store.DisposeAsync();
        await load.More(Phase);
        await instances.Kill("three");
        await load.More(Phase);
        await load.Stop();

        Assert.Empty(load.Failures);
        Assert.All(["one", "two", "three", "four"], name => Assert.True(load.AnswersOf(name) > 0, name));
    }

    [Fact]
    public async Task The_program_loses_no_request_either_also_when_the_coordinator_is_killed_and_comes_back()
    {
        var folder = Directory.CreateTempSubdirectory("proxy-program-");
        var ports = LoopbackPorts.Find();
        var listen = LoopbackPorts.Find();
        await using var first = ServerProcess.Start(new ServerCommand(Program("coordinator")), ports, folder, []);
        await using var client = new CoordinationClient(ports.ClientUrl.ToString());
        await using var instances = new LoadInstances(client);
        await instances.Add("one");
        await instances.Add("two");
        await using var proxy = ServerProcess.Start(
            new ServerCommand(Program("coordination-proxy")),
            folder,
            [
                "--coordinators", ports.ClientUrl.ToString(), "--listen", listen.ClientUrl.ToString(),
                "--admin", listen.PeerUrl.ToString(), "--startup-wait", "30s", "--state-file", Path.Combine(folder.FullName, "state"),
            ]);
        await Answer(listen.ClientUrl, proxy);
        await using var load = new ContinuousLoad(new Uri(listen.ClientUrl, $"/{LoadInstances.Service}/x"));
        await load.More(Phase);

        await instances.Add("three");
        await Until(load, "three");
        await instances.Drain("one");
        await load.More(Phase);
        first.Kill();
        await load.More(Phase);
        await instances.Kill("two");
        await load.More(Phase);

        await using var second = ServerProcess.Start(new ServerCommand(Program("coordinator")), ports, folder, []);
        await instances.Add("four");
        await Until(load, "four");
        await load.More(Phase);
        await load.Stop();
        Assert.Empty(load.Failures);

        Signal.Send(proxy.FindId()!.Value, Signal.Interrupt);
        Assert.Equal(0, await proxy.Exit(Token));
    }

    private static string Program(string name) => Path.Combine(AppContext.BaseDirectory, name);

    /// <summary>Waits until the program listens.</summary>
    private static async Task Answer(Uri url, ServerProcess program)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync(Token))
        {
            Assert.False(program.Ended.IsCancellationRequested, program.Output);
            try
            {
                using var response = await client.GetAsync(new Uri(url, $"/{LoadInstances.Service}/"), Token);
                return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        }
    }

    /// <summary>Waits until an instance takes part.</summary>
    private static async Task Until(ContinuousLoad load, string name)
    {
        while (load.AnswersOf(name) == 0)
        {
            await load.More(1);
        }
    }
}
