// Running instances follow a document of configuration. A version with a mistake is published, and rolled back; nobody restarts.
// usage: dotnet run --project examples/LiveConfiguration -- [ENDPOINT]
using System.Text.Json;
using Coordination.Client;
using Coordination.Recipes;
using LiveConfiguration;

var endpoint = args.FirstOrDefault() ?? "http://127.0.0.1:2379";
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
try
{
    await using var client = new CoordinationClient(endpoint);
    await RunAsync(client.InNamespace("examples/live-configuration/"), limit.Token);
    return 0;
}
catch (Exception failure) when (failure is CoordinationException or OperationCanceledException or FormatException or ArgumentException)
{
    await Console.Error.WriteLineAsync($"{endpoint}: {(limit.IsCancellationRequested ? "not done within a minute" : failure.Message)}");
    return 1;
}

static async Task RunAsync(CoordinationNamespace store, CancellationToken token)
{
    // An earlier run has left its versions.
    await store.KeyValues.DeleteRangeAsync(KeyRange.All, cancellationToken: token);
    var document = new ConfigurationDocument(store, "shop");

    // An instance usually says `await foreach`. Here two of them look step by step, so that the lines come in order.
    await using var first = document.WatchAsync(cancellationToken: token).GetAsyncEnumerator(token);
    await using var second = document.WatchAsync(cancellationToken: token).GetAsyncEnumerator(token);

    var good = await PublishAsync(document, new Settings("winter sale", TimeoutSeconds: 30), token);
    await ApplyNextAsync("shop-1", first);
    await ApplyNextAsync("shop-2", second);

    // A mistake: no request is answered that fast.
    await PublishAsync(document, new Settings("spring sale", TimeoutSeconds: 0), token);
    await ApplyNextAsync("shop-1", first);
    await ApplyNextAsync("shop-2", second);

    // One write puts the older version into force for everybody; the newer one stays in the history.
    await document.RollBackAsync(good, token);
    Console.WriteLine($"Rolled back to version {good}.");
    await ApplyNextAsync("shop-1", first);
    await ApplyNextAsync("shop-2", second);

    foreach (var version in await document.GetHistoryAsync(token))
    {
        Console.WriteLine($"History: version {version.Number} is {version.Content}.");
    }
}

static async Task<long> PublishAsync(ConfigurationDocument document, Settings settings, CancellationToken token)
{
    var number = await document.PublishAsync(JsonSerializer.SerializeToUtf8Bytes(settings), token);
    Console.WriteLine($"Published version {number}.");
    return number;
}

static async Task ApplyNextAsync(string instance, IAsyncEnumerator<ConfigurationVersion> versions)
{
    await versions.MoveNextAsync();
    var version = versions.Current;
    var settings = JsonSerializer.Deserialize<Settings>(version.Content.Bytes.Span);
    Console.WriteLine($"  {instance} uses version {version.Number}: {settings}");
}
