using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Coordination.Client.Tests;

/// <summary>
/// The code that the documents show, between the marks; <see cref="SampleTests"/> runs it and sees to it that both stay the same.
/// </summary>
public static class ClientSamples
{
    public static async Task<string> Basics(CoordinationClient client)
    {
        // sample: basics
        await client.KeyValues.PutAsync("config/colour", "green");
        GetResult colour = await client.KeyValues.GetAsync("config/colour");

        TransactionResult won = await client.KeyValues
            .When(Condition.Missing("leader"))
            .Then(Operation.Put("leader", "me"))
            .Else(Operation.Get("leader"))
            .CommitAsync();

        await foreach (WatchBatch batch in client.Watches.WatchAsync("config/colour", new WatchOptions { StartRevision = colour.Revision }))
        {
            Console.WriteLine($"{batch.Revision}: {batch.Events[0].KeyValue.Value}");
            break;
        }

        // end
        return $"{colour.KeyValue!.Value} {won.Succeeded}";
    }

    public static void Hosting(HostApplicationBuilder builder)
    {
        // sample: hosting
        builder.Services.AddCoordination(builder.Configuration.GetSection("Coordination"));
        builder.Services.AddHealthChecks().AddCoordination(tags: "ready");

        // end
    }

    public static async Task<bool> Session(CoordinationClient client)
    {
        // sample: session
        await using LeaseSession session = await client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(10));
        await client.KeyValues.PutAsync("services/web/1", "10.0.0.1:80", new PutOptions { Lease = session.Id });
        session.LostToken.Register(() => Console.WriteLine("Not registered any more."));

        // end
        return session.IsLost;
    }

    public static async Task<int> Cache(CoordinationClient client)
    {
        // sample: cache
        await using KeyCache services = await client.OpenCacheAsync(KeyRange.Prefix("services/"));
        PutResult put = await client.KeyValues.PutAsync("services/web/2", "10.0.0.2:80");

        KeyValue? perhaps = services.Current.Find("services/web/2");                      // at once, from memory
        CacheSnapshot withMine = await services.WaitForRevisionAsync(put.Revision);       // what I wrote is in it
        CacheSnapshot latest = await services.ReadLatestAsync();                          // and all that others were told was done

        // end
        return withMine.Count + latest.Count + (perhaps is null ? 0 : 0);
    }
}
