using Coordination.Client;

namespace Coordination.Recipes.LockHost;

/// <summary>
/// Takes one lock again and again, writes to what it protects, and says so on its output, a line each: <c>H TOKEN</c> when it has the
/// lock, <c>R TOKEN</c> when it uses a resource that has nothing but the token to go by, <c>W TOKEN</c> when the store has acknowledged a
/// write under the lock, <c>S TOKEN</c> when the store has refused one as stale, <c>U TOKEN</c> when nobody knows.
/// </summary>
internal sealed class LockWorkload(string name, IReadOnlyList<string> endpoints)
{
    /// <summary>Enough for a tenure to last until whoever stops the process has heard of it.</summary>
    private const int WritesPerTenure = 20;

    private static readonly LockOptions Options = new() { TimeToLive = TimeSpan.FromSeconds(2) };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var client = new CoordinationClient(endpoints);
        var mutex = new DistributedMutex(client.Root, "torture/lock", Options);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var handle = await mutex.AcquireAsync(cancellationToken);
                Say('H', handle);
                var outcome = 'W';
                for (var write = 0; write < WritesPerTenure && outcome != 'S'; write++)
                {
                    // Without a look at whether the lock is lost: what counts is what happens to those who do not look.
                    Say('R', handle);
                    outcome = await WriteAsync(handle, write, cancellationToken);
                    Say(outcome, handle);
                }
            }
            catch (Exception failure) when (failure is CoordinationException or OperationCanceledException)
            {
                // No server to be reached for long, or the end.
            }
        }
    }

    private static void Say(char what, LockHandle handle) => Console.Out.WriteLine($"{what} {handle.Token.Value}");

    private async Task<char> WriteAsync(LockHandle handle, int write, CancellationToken cancellationToken)
    {
        try
        {
            await handle.PutAsync("torture/resource", $"{handle.Token.Value} {name} {write}", cancellationToken);
            return 'W';
        }
        catch (LockLostException)
        {
            return 'S';
        }
        catch (CoordinationException)
        {
            return 'U';
        }
    }
}
