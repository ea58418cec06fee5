using System.Net.Sockets;

namespace Coordination.Recipes.Tests;

public sealed class HealthTests(SharedServers servers)
{
    private static readonly ServiceInstance Orders = new() { Service = "orders", Id = "1", Address = "10.0.0.7" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task A_server_is_looked_at_over_http_tcp_and_grpc(ServerKind kind)
    {
        var url = new Uri(servers[kind].Urls[0]);
        var unused = LoopbackPorts.Find().Client;

        Assert.Equal(HealthStatus.Passing, await Look(new HttpHealthCheck(new Uri(url, "health"))));
        Assert.Equal(HealthStatus.Critical, await Look(new HttpHealthCheck(new Uri(url, "no-such-page"))));
        Assert.Equal(HealthStatus.Passing, await Look(new TcpHealthCheck("127.0.0.1", url.Port)));
        Assert.Equal(HealthStatus.Critical, await Look(new TcpHealthCheck("127.0.0.1", unused)));
        Assert.Equal(HealthStatus.Passing, await Look(new GrpcHealthCheck(url)));
        Assert.Equal(HealthStatus.Critical, await Look(new GrpcHealthCheck(url, "no.such.Service")));
        Assert.Equal(HealthStatus.Critical, await Look(new GrpcHealthCheck(new Uri($"http://127.0.0.1:{unused}"))));
    }

    [Fact]
    public async Task A_check_that_gets_no_answer_in_time_is_critical()
    {
        using var silent = new TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        var check = new HttpHealthCheck(new Uri($"http://127.0.0.1:{port}/")) { Timeout = TimeSpan.FromMilliseconds(100) };

        Assert.Equal(HealthStatus.Critical, await Look(check));
    }

    [Fact]
    public async Task A_heartbeat_counts_for_its_time()
    {
        var time = new FakeTimeProvider();
        var heart = new HeartbeatCheck(TimeSpan.FromSeconds(10), time);
        Assert.Equal(HealthStatus.Critical, await Look(heart));
        heart.Beat();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HealthStatus.Passing, await Look(heart));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HealthStatus.Critical, await Look(heart));
        heart.Beat(HealthStatus.Warning, "slow");
        Assert.Equal(HealthStatus.Warning, await Look(heart));
    }

    [Theory, EveryServer]
    public async Task The_worst_of_all_checks_is_what_others_see(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var registry = new ServiceRegistry(client.Root);
        var disk = new SwitchedCheck();
        var network = new SwitchedCheck();
        await using var registration = await registry.RegisterAsync(
            Orders, new RegistrationOptions { Checks = [disk, network] }, Cancelled);
        await using var seen = registry.WatchAsync("orders", InstanceFilter.All, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Equal((HealthStatus.Passing, null), await Next(seen));

        disk.Report = new HealthReport(HealthStatus.Warning, "disk");
        Assert.Equal((HealthStatus.Warning, "disk"), await Next(seen));
        network.Report = new HealthReport(HealthStatus.Critical, "network");
        Assert.Equal((HealthStatus.Critical, "network"), await Next(seen));
        network.Report = new HealthReport(HealthStatus.Passing);
        Assert.Equal((HealthStatus.Warning, "disk"), await Next(seen));
        await registration.ReportAsync(HealthStatus.Critical, "overloaded", Cancelled);
        Assert.Equal((HealthStatus.Critical, "overloaded"), await Next(seen));
    }

    [Theory, EveryServer]
    public async Task What_stays_critical_is_deregistered_until_it_is_well(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var registry = new ServiceRegistry(client.Root);
        var check = new SwitchedCheck();
        var options = new RegistrationOptions { Checks = [check], DeregisterCriticalAfter = TimeSpan.FromMilliseconds(300) };
        await using var registration = await registry.RegisterAsync(Orders, options, Cancelled);
        await using var seen = registry.WatchChangesAsync("orders", InstanceFilter.All, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Equal(ServiceChangeKind.Added, await NextKind(seen));

        check.Report = new HealthReport(HealthStatus.Critical);
        Assert.Equal(ServiceChangeKind.Changed, await NextKind(seen));
        Assert.Equal(ServiceChangeKind.Removed, await NextKind(seen));
        check.Report = new HealthReport(HealthStatus.Passing);
        Assert.Equal(ServiceChangeKind.Added, await NextKind(seen));
    }

    private static async Task<HealthStatus> Look(HealthCheck check) => (await check.ReportAsync(TimeProvider.System, Cancelled)).Status;

    private static async Task<(HealthStatus Status, string? Note)> Next(IAsyncEnumerator<IReadOnlyList<ServiceInstance>> seen)
    {
        Assert.True(await seen.MoveNextAsync().AsTask().WaitAsync(Cancelled));
        var instance = Assert.Single(seen.Current);
        return (instance.Status, instance.Note);
    }

    private static async Task<ServiceChangeKind> NextKind(IAsyncEnumerator<ServiceChanges> seen)
    {
        Assert.True(await seen.MoveNextAsync().AsTask().WaitAsync(Cancelled));
        return Assert.Single(seen.Current.Changes).Kind;
    }

    private sealed class SwitchedCheck : HealthCheck
    {
        public SwitchedCheck() => Interval = TimeSpan.FromMilliseconds(50);

        public HealthReport Report { get; set; } = new(HealthStatus.Passing);

        public override Task<HealthReport> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(Report);
    }
}
