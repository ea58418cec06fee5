// Instances of a service register themselves. A caller finds them, and hears at once of every change.
// usage: dotnet run --project examples/ServiceDiscovery -- [ENDPOINT]
using Coordination.Client;
using Coordination.Recipes;

var endpoint = args.FirstOrDefault() ?? "http://127.0.0.1:2379";
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
try
{
    await using var client = new CoordinationClient(endpoint);
    await RunAsync(client.InNamespace("examples/service-discovery/"), limit.Token);
    return 0;
}
catch (Exception failure) when (failure is CoordinationException or OperationCanceledException or FormatException or ArgumentException)
{
    await Console.Error.WriteLineAsync($"{endpoint}: {(limit.IsCancellationRequested ? "not done within a minute" : failure.Message)}");
    return 1;
}

static async Task RunAsync(CoordinationNamespace store, CancellationToken token)
{
    // A run that was killed may have left instances.
    await store.KeyValues.DeleteRangeAsync(KeyRange.All, cancellationToken: token);
    var registry = new ServiceRegistry(store);

    // A caller usually says `await foreach`. Here it looks step by step, so that the lines come in order.
    await using var changes = registry.WatchChangesAsync("orders", cancellationToken: token).GetAsyncEnumerator(token);
    await ShowNextAsync(changes);

    // An instance stays registered until it is disposed of; if its process died, until its lease ended, 15 seconds later by default.
    Console.WriteLine("orders-1 registers in the north.");
    await using var first = await registry.RegisterAsync(
        new ServiceInstance { Service = "orders", Id = "orders-1", Address = "10.0.0.1", Port = 8080, Zone = "north" },
        cancellationToken: token);
    await ShowNextAsync(changes);

    Console.WriteLine("orders-2 registers in the south.");
    await using var second = await registry.RegisterAsync(
        new ServiceInstance { Service = "orders", Id = "orders-2", Address = "10.0.0.2", Port = 8080, Zone = "south" },
        cancellationToken: token);
    await ShowNextAsync(changes);

    var inTheSouth = await registry.GetInstancesAsync("orders", new InstanceFilter { Zone = "south" }, token);
    Console.WriteLine($"Asked for those in the south: {string.Join(", ", inTheSouth.Select(instance => instance.Id))}.");

    Console.WriteLine("orders-1 says that it is not well, and then that it is.");
    await first.ReportAsync(HealthStatus.Critical, "no database", token);
    await ShowNextAsync(changes);
    await first.ReportAsync(HealthStatus.Passing, cancellationToken: token);
    await ShowNextAsync(changes);

    // Callers send nothing new from now on; what they have sent has a second to be done.
    Console.WriteLine("orders-2 drains, and ends.");
    var drained = second.DrainAsync(TimeSpan.FromSeconds(1), token);
    await ShowNextAsync(changes);
    await drained;

    Console.WriteLine("orders-1 ends.");
    await first.DisposeAsync();
    await ShowNextAsync(changes);
}

static async Task ShowNextAsync(IAsyncEnumerator<ServiceChanges> changes)
{
    await changes.MoveNextAsync();
    if (changes.Current.Changes.Count == 0)
    {
        Console.WriteLine("  caller: nobody is there");
    }

    foreach (var (kind, instance, _) in changes.Current.Changes)
    {
        Console.WriteLine(kind switch
        {
            ServiceChangeKind.Added => $"  caller: {instance.Id} is at {instance.Address}:{instance.Port}",
            ServiceChangeKind.Changed => $"  caller: {instance.Id} has changed",
            _ when instance.IsDraining => $"  caller: nothing more to {instance.Id}: it drains",
            _ when instance.Status == HealthStatus.Critical => $"  caller: nothing more to {instance.Id}: {instance.Note}",
            _ => $"  caller: {instance.Id} is gone",
        });
    }
}
