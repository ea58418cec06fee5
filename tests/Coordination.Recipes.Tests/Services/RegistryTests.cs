namespace Coordination.Recipes.Tests;

public sealed class RegistryTests(SharedServers servers)
{
    private static readonly ServiceInstance Orders = new()
    {
        Service = "orders",
        Id = "1",
        Address = "10.0.0.7",
        Port = 8080,
        Tags = ["blue", "fast"],
        Metadata = new Dictionary<string, string> { ["team"] = "shop" },
        Zone = "north",
        Weight = 20,
        Version = "1.4.2",
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task An_instance_is_found_as_it_was_registered_until_it_is_deregistered(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var registry = new ServiceRegistry(client.Root);
        await using var other = await registry.RegisterAsync(Orders with { Service = "mail" }, cancellationToken: Cancelled);
        await using (await registry.RegisterAsync(Orders, cancellationToken: Cancelled))
        {
            var found = Assert.Single(await registry.GetInstancesAsync("orders", cancellationToken: Cancelled));

            Assert.Equivalent(Orders with { Lease = found.Lease, Revision = found.Revision }, found, strict: true);
            Assert.NotEqual(LeaseId.None, found.Lease);
            Assert.Equal([("mail", 1), ("orders", 1)], (await registry.GetServicesAsync(Cancelled)).Select(pair => (pair.Key, pair.Value)));
        }

        Assert.Empty(await registry.GetInstancesAsync("orders", InstanceFilter.All, Cancelled));
        Assert.Single(await registry.GetInstancesAsync("mail", cancellationToken: Cancelled));
    }

    [Theory, EveryServer]
    public async Task An_instance_on_a_given_lease_is_changed_and_removed_by_whoever_knows_it(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var registry = new ServiceRegistry(client.Root);
        var lease = (await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancelled)).Id;
        var revision = await registry.RegisterForLeaseAsync(Orders, lease, Cancelled);
        await registry.RegisterForLeaseAsync(Orders with { Id = "2" }, lease, Cancelled);

        var found = await registry.FindInstanceAsync("orders", "1", Cancelled);
        var same = await registry.UpdateAsync("orders", "1", instance => instance with { Port = 8080 }, Cancelled);
        var drained = await registry.UpdateAsync("orders", "1", instance => instance with { IsDraining = true }, Cancelled);

        Assert.Equal((lease, revision), (found!.Lease, found.Revision));
        Assert.Equal(revision, same!.Revision);
        Assert.Equivalent(drained, await registry.FindInstanceAsync("orders", "1", Cancelled), strict: true);
        Assert.Equal((lease, true), (drained!.Lease, drained.IsDraining));
        Assert.True(await registry.DeregisterAsync("orders", "1", Cancelled));
        Assert.False(await registry.DeregisterAsync("orders", "1", Cancelled));
        Assert.Null(await registry.UpdateAsync("orders", "1", instance => instance, Cancelled));
        await client.Leases.RevokeAsync(lease, Cancelled);
        Assert.Empty(await registry.GetInstancesAsync("orders", InstanceFilter.All, Cancelled));
        await Assert.ThrowsAsync<LeaseNotFoundException>(() => registry.RegisterForLeaseAsync(Orders, lease, Cancelled));
    }

    [Theory, EveryServer]
    public async Task Queries_ask_for_tags_zone_version_metadata_and_health(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var registry = new ServiceRegistry(client.Root);
        await using var blue = await registry.RegisterAsync(Orders, cancellationToken: Cancelled);
        await using var green = await registry.RegisterAsync(
            Orders with { Id = "2", Tags = ["green"], Zone = "south", Version = "2.0", Metadata = new Dictionary<string, string>() },
            cancellationToken: Cancelled);
        await using var ill = await registry.RegisterAsync(
            Orders with { Id = "3", Status = HealthStatus.Critical, Note = "no disk" }, cancellationToken: Cancelled);
        await using var weak = await registry.RegisterAsync(
            Orders with { Id = "4", Status = HealthStatus.Warning, Tags = [] }, cancellationToken: Cancelled);

        Assert.Equal(["1", "2", "4"], await Ids(InstanceFilter.Usable));
        Assert.Equal(["1", "2", "3", "4"], await Ids(InstanceFilter.All));
        Assert.Equal(["1", "2"], await Ids(new InstanceFilter { WorstStatus = HealthStatus.Passing }));
        Assert.Equal(["1"], await Ids(new InstanceFilter { Tags = ["fast", "blue"] }));
        Assert.Equal(["2"], await Ids(new InstanceFilter { Zone = "south" }));
        Assert.Equal(["2"], await Ids(new InstanceFilter { Version = "2.0" }));
        Assert.Equal(["1", "4"], await Ids(new InstanceFilter { Metadata = new Dictionary<string, string> { ["team"] = "shop" } }));

        async Task<IEnumerable<string>> Ids(InstanceFilter filter) =>
            (await registry.GetInstancesAsync("orders", filter, Cancelled)).Select(instance => instance.Id);
    }

    [Theory, EveryServer]
    public async Task A_watch_shows_what_is_there_and_then_what_changes(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var registry = new ServiceRegistry(client.Root);
        await using var first = await registry.RegisterAsync(Orders, cancellationToken: Cancelled);
        await using var deltas = registry.WatchChangesAsync("orders", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        await using var lists = registry.WatchAsync("orders", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Equal((ServiceChangeKind.Added, "1"), Describe(await Next(deltas)));
        Assert.Equal(["1"], (await Next(lists)).Select(instance => instance.Id));

        var second = await registry.RegisterAsync(Orders with { Id = "2" }, cancellationToken: Cancelled);
        Assert.Equal((ServiceChangeKind.Added, "2"), Describe(await Next(deltas)));
        Assert.Equal(["1", "2"], (await Next(lists)).Select(instance => instance.Id));
        await first.UpdateAsync(instance => instance with { Weight = 5 }, Cancelled);
        var changed = await Next(deltas);
        Assert.Equal((ServiceChangeKind.Changed, "1"), Describe(changed));
        Assert.Equal((20, 5), (changed.Changes[0].Previous!.Weight, changed.Changes[0].Instance.Weight));
        await first.ReportAsync(HealthStatus.Critical, "no disk", Cancelled);
        var removed = await Next(deltas);
        Assert.Equal((ServiceChangeKind.Removed, "1"), Describe(removed));
        Assert.Equal("no disk", removed.Changes[0].Instance.Note);
        await first.ReportAsync(HealthStatus.Passing, cancellationToken: Cancelled);
        Assert.Equal((ServiceChangeKind.Added, "1"), Describe(await Next(deltas)));
        await second.DisposeAsync();
        Assert.Equal((ServiceChangeKind.Removed, "2"), Describe(await Next(deltas)));
    }

    [Theory, EveryServer]
    public async Task An_instance_that_drains_is_asked_for_nothing_new_and_goes_when_its_time_is_over(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var time = new WatchedTime();
        var registry = new ServiceRegistry(client.Root);
        var registration = await registry.RegisterAsync(Orders, new RegistrationOptions { TimeProvider = time }, Cancelled);
        await using var all = registry.WatchChangesAsync("orders", InstanceFilter.All, Cancelled).GetAsyncEnumerator(Cancelled);
        await Next(all);

        var draining = registration.DrainAsync(TimeSpan.FromSeconds(30), Cancelled);
        Assert.True((await Next(all)).Changes[0].Instance.IsDraining);
        Assert.Empty(await registry.GetInstancesAsync("orders", cancellationToken: Cancelled));
        Assert.False(draining.IsCompleted);
        Assert.Equal(TimeSpan.FromSeconds(30), await time.PassNextTimer());
        await draining.WaitAsync(Cancelled);
        Assert.Equal((ServiceChangeKind.Removed, "1"), Describe(await Next(all)));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => registration.ReportAsync(HealthStatus.Passing, cancellationToken: Cancelled));
    }

    [Theory, EveryServer]
    public async Task An_instance_whose_lease_is_lost_is_registered_anew(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var registry = new ServiceRegistry(client.Root);
        await using var registration = await registry.RegisterAsync(
            Orders, new RegistrationOptions { TimeToLive = TimeSpan.FromSeconds(2) }, Cancelled);
        await using var deltas = registry.WatchChangesAsync(null, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var first = (await Next(deltas)).Changes[0].Instance;

        await client.Leases.RevokeAsync(first.Lease, Cancelled);

        Assert.Equal((ServiceChangeKind.Removed, "1"), Describe(await Next(deltas)));
        var again = await Next(deltas);
        Assert.Equal((ServiceChangeKind.Added, "1"), Describe(again));
        Assert.NotEqual(first.Lease, again.Changes[0].Instance.Lease);
    }

    [Theory, EveryServer]
    public async Task Whatever_is_no_instance_is_passed_over(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var registry = new ServiceRegistry(client.Root);
        await using var registration = await registry.RegisterAsync(Orders, cancellationToken: Cancelled);
        await client.KeyValues.PutAsync("services/orders/text", "hello", cancellationToken: Cancelled);
        await client.KeyValues.PutAsync("services/orders/list", "[]", cancellationToken: Cancelled);
        await client.KeyValues.PutAsync("services/orders/nowhere", "{}", cancellationToken: Cancelled);
        await client.KeyValues.PutAsync("services/orders/a/b", """{"address":"a"}""", cancellationToken: Cancelled);
        await client.KeyValues.PutAsync("services/orders/odd", """{"address":"a","status":"odd","new":1}""", cancellationToken: Cancelled);

        Assert.Equal(["1"], (await registry.GetInstancesAsync("orders", cancellationToken: Cancelled)).Select(instance => instance.Id));
        Assert.Equal(
            ["1", "odd"], (await registry.GetInstancesAsync("orders", InstanceFilter.All, Cancelled)).Select(instance => instance.Id));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.RegisterAsync(Orders with { Id = "a/b" }, cancellationToken: Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_shell_script_with_etcdctl_registers_an_instance(ServerKind kind)
    {
        await using var client = servers[kind].Connect();
        var service = $"shell-{kind}";
        var registry = new ServiceRegistry(client.Root);
        await using var deltas = registry.WatchChangesAsync(service, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Empty((await Next(deltas)).Changes);

        var lease = (await EtcdCtl.Run(servers[kind], "lease", "grant", "20")).Split(' ')[1];
        await EtcdCtl.Run(
            servers[kind], "put", $"--lease={lease}", $"services/{service}/1", """{"address":"10.0.0.9","port":80,"tags":["blue"]}""");
        await using var keeping = await EtcdCtl.Start(servers[kind], "lease", "keep-alive", lease);
        Assert.Contains("keepalived", await keeping.ReadLine(), StringComparison.Ordinal);

        var added = (await Next(deltas)).Changes[0].Instance;
        Assert.Equal(("10.0.0.9", 80, "blue", 100), (added.Address, added.Port, added.Tags[0], added.Weight));

        // etcdctl writes 16 digits; recipes write as many as there are, as Go's do in keys.
        Assert.Equal(lease.TrimStart('0'), added.Lease.ToString());
        await EtcdCtl.Run(servers[kind], "lease", "revoke", lease);
        Assert.Equal((ServiceChangeKind.Removed, "1"), Describe(await Next(deltas)));
    }

    private static async Task<T> Next<T>(IAsyncEnumerator<T> watched)
    {
        Assert.True(await watched.MoveNextAsync().AsTask().WaitAsync(Cancelled));
        return watched.Current;
    }

    private static (ServiceChangeKind Kind, string Id) Describe(ServiceChanges batch)
    {
        var change = Assert.Single(batch.Changes);
        return (change.Kind, change.Instance.Id);
    }
}
