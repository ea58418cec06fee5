// A lock protects a file. One holder is paused for so long that its lease ends, and writes after the next one has: the file refuses it.
// usage: dotnet run --project examples/FencedLock -- [ENDPOINT]
using Coordination.Client;
using Coordination.Recipes;
using FencedLock;

var endpoint = args.FirstOrDefault() ?? "http://127.0.0.1:2379";
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
try
{
    // Ann and Ben stand for two processes: what they have in common is the name of the lock, and the file.
    var ann = new CoordinationClient(endpoint);
    await using var ben = new CoordinationClient(endpoint);
    await RunAsync(ann, ben, new FencedFile(path), limit.Token);
    return 0;
}
catch (Exception failure) when (failure is CoordinationException or OperationCanceledException or FormatException or ArgumentException)
{
    await Console.Error.WriteLineAsync($"{endpoint}: {(limit.IsCancellationRequested ? "not done within a minute" : failure.Message)}");
    return 1;
}
finally
{
    File.Delete(path);
}

static async Task RunAsync(CoordinationClient ann, CoordinationClient ben, FencedFile file, CancellationToken token)
{
    // A run that was killed may have left a holder.
    await StoreOf(ann).KeyValues.DeleteRangeAsync(KeyRange.All, cancellationToken: token);

    var annsLock = await MutexOf(ann).AcquireAsync(token);
    Console.WriteLine($"Ann has the lock, with token {annsLock.Token.Value}. Has she lost it? {annsLock.IsLost}.");

    // She believes that she may write. But between looking and writing, any process can be paused: by the garbage collector, by the
    // system, with its virtual machine. To the servers that is as if her connections were closed: nobody renews her lease.
    Console.WriteLine("Ann is paused, just before she writes.");
    await ann.DisposeAsync();

    Console.WriteLine("Ben waits until Ann's lease has ended.");
    await using var bensLock = await MutexOf(ben).AcquireAsync(token);
    Console.WriteLine($"Ben has the lock, with token {bensLock.Token.Value}.");
    Write(file, "Ben", bensLock.Token);

    Console.WriteLine("Ann goes on where she was.");
    Write(file, "Ann", annsLock.Token);
    Write(file, "Ben", bensLock.Token);
    Console.WriteLine($"The file says: {file.ReadText()}.");
}

static void Write(FencedFile file, string who, FencingToken token) => Console.WriteLine(
    file.TryWrite(token, $"{who} was here")
        ? $"  {who} writes, with token {token.Value}: done"
        : $"  {who} writes, with token {token.Value}: refused, for the file has seen a larger one");

static DistributedMutex MutexOf(CoordinationClient client) =>
    new(StoreOf(client), "file", new LockOptions { TimeToLive = TimeSpan.FromSeconds(2) });

static CoordinationNamespace StoreOf(CoordinationClient client) => client.InNamespace("examples/fenced-lock/");
