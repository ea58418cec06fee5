using System.Diagnostics;

namespace Coordination.Client.Tests;

/// <summary>A member stops to run without a word: its connections stay open, the kernel accepts more, and nothing is answered.</summary>
public sealed class FrozenServerTests
{
    /// <summary>How long it may take until everything goes on elsewhere: the silence, the ping, an election, and a busy machine.</summary>
    private static readonly TimeSpan NoticedMax = TimeSpan.FromSeconds(25);

    private static CancellationToken Cancelled => TestLimits.Token;

    [Theory, EveryServer]
    public Task Everything_goes_on_at_another_member_when_the_one_in_use_freezes(ServerKind kind) => Freeze(kind, isLeader: false);

    [Theory, EveryServer]
    public Task Everything_goes_on_at_another_member_when_the_one_in_use_freezes_and_led(ServerKind kind) => Freeze(kind, isLeader: true);

    private static async Task Freeze(ServerKind kind, bool isLeader)
    {
        await using var cluster = await RealCluster.Start(kind);
        var frozen = (await cluster.FindLeader() + (isLeader ? 0 : 1)) % cluster.Urls.Count;
        string[] others = [.. cluster.Urls.Where(url => url != cluster.Urls[frozen])];
        await using var client = new CoordinationClient(Options([cluster.Urls[frozen], .. others]));
        await using var other = new CoordinationClient(Options(others));
        await using var session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(60), Cancelled);
        var first = await client.KeyValues.PutAsync("k", "0", cancellationToken: Cancelled);
        await using var watch = client.Watches.WatchAsync("k", new WatchOptions { StartRevision = first.Revision }, Cancelled)
            .GetAsyncEnumerator(Cancelled);
        Assert.True(await watch.MoveNextAsync());

        cluster.Freeze(frozen);
        var clock = Stopwatch.StartNew();
        var writing = Write(client, "1");
        var reading = client.KeyValues.GetAsync("k", cancellationToken: Cancelled);
        var moving = watch.MoveNextAsync().AsTask();
        await Write(other, "2");

        await reading;
        await writing;
        Assert.True(await moving);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, NoticedMax);
        Assert.False(session.IsLost);
        TestContext.Current.TestOutputHelper?.WriteLine($"All went on after {clock.Elapsed}.");
    }

    /// <summary>Writes until it is known that it was done, as a program does that may write twice.</summary>
    private static async Task Write(CoordinationClient client, string value)
    {
        while (true)
        {
            try
            {
                await client.KeyValues.PutAsync("k", value, cancellationToken: Cancelled);
                return;
            }
            catch (OutcomeUnknownException)
            {
                // Of the one that was under way when the member froze.
            }
        }
    }

    private static CoordinationClientOptions Options(IEnumerable<string> urls)
    {
        var options = FakeServer.Options(urls);
        (options.KeepAlivePingDelay, options.KeepAlivePingTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
        return options;
    }
}
