// Work in a queue. A worker crashes over a message, and another one gets it again: nothing is lost.
// usage: dotnet run --project examples/WorkQueue -- [ENDPOINT]     (ENDPOINT crash: the worker that crashes, which this program starts)
using System.Diagnostics;
using Coordination.Client;
using Coordination.Recipes;

var endpoint = args.FirstOrDefault() ?? "http://127.0.0.1:2379";
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
try
{
    await using var client = new CoordinationClient(endpoint);
    var store = client.InNamespace("examples/work-queue/");
    await (args is [_, "crash"] ? CrashAsync(store, limit.Token) : RunAsync(store, endpoint, limit.Token));
    return 0;
}
catch (Exception failure) when (failure is CoordinationException or OperationCanceledException or FormatException or ArgumentException)
{
    await Console.Error.WriteLineAsync($"{endpoint}: {(limit.IsCancellationRequested ? "not done within a minute" : failure.Message)}");
    return 1;
}

static async Task RunAsync(CoordinationNamespace store, string endpoint, CancellationToken token)
{
    // An earlier run has left the number of its last message, or, if it was killed, messages.
    await store.KeyValues.DeleteRangeAsync(KeyRange.All, cancellationToken: token);
    using var queue = QueueOf(store);
    foreach (var picture in (string[])["sunrise", "noon", "sunset"])
    {
        var number = await queue.EnqueueAsync(picture, cancellationToken: token);
        Console.WriteLine($"Message {number} is {picture}.");
    }

    var program = Environment.ProcessPath ?? throw new InvalidOperationException("This process is of no file.");
    using var crashing = Process.Start(program, [endpoint, "crash"]);
    await crashing.WaitForExitAsync(token);
    Console.WriteLine("The first worker is dead. The second one takes what is free, and its message when its lease has ended.");

    await using var worker = queue.OpenConsumer();
    while (await queue.GetLengthAsync(token) > 0)
    {
        // Disposing of a delivery that was not acknowledged gives the message back: work that throws is done again, too.
        await using var delivery = await worker.ReceiveAsync(token);
        Console.WriteLine($"  second worker: {delivery.Body}, delivery {delivery.Attempt}: done");
        await delivery.AcknowledgeAsync(token);
    }

    Console.WriteLine("The queue is empty.");
}

static async Task CrashAsync(CoordinationNamespace store, CancellationToken token)
{
    using var queue = QueueOf(store);
    await using var worker = queue.OpenConsumer();
    await using var delivery = await worker.ReceiveAsync(token);
    Console.WriteLine($"  first worker: {delivery.Body}, delivery {delivery.Attempt}: crashes in the middle of it");
    using var self = Process.GetCurrentProcess();
    self.Kill();
}

// A consumer that died keeps its messages from others for three seconds.
static DistributedQueue QueueOf(CoordinationNamespace store) =>
    new(store, "pictures", new QueueOptions { ConsumerTimeToLive = TimeSpan.FromSeconds(3) });
