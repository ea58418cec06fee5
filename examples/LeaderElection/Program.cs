// Three processes stand for election. The leader is killed, and another one takes over.
// usage: dotnet run --project examples/LeaderElection -- [ENDPOINT]     (ENDPOINT NAME: one of the three, which this program starts)
using System.Diagnostics;
using Coordination.Client;
using Coordination.Recipes;

var endpoint = args.FirstOrDefault() ?? "http://127.0.0.1:2379";
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
try
{
    await using var client = new CoordinationClient(endpoint);
    var store = client.InNamespace("examples/leader-election/");
    await (args is [_, var name] ? StandAsync(store, name, limit.Token) : RunAsync(store, endpoint, limit.Token));
    return 0;
}
catch (Exception failure) when (failure is CoordinationException or OperationCanceledException or FormatException or ArgumentException)
{
    await Console.Error.WriteLineAsync($"{endpoint}: {(limit.IsCancellationRequested ? "not done within a minute" : failure.Message)}");
    return 1;
}

// A candidate: stands, works while it leads, and stands again should it lose its office.
static async Task StandAsync(CoordinationNamespace store, string name, CancellationToken token)
{
    while (true)
    {
        await using var leadership = await ElectionOf(store).CampaignAsync(name, token);

        // Here is the work that only one process at a time may do. What must never happen twice it does through
        // leadership.WriteAsync, which the store refuses to a leader whose time is over.
        using var term = CancellationTokenSource.CreateLinkedTokenSource(token, leadership.LostToken);
        await Task.Delay(Timeout.Infinite, term.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

static async Task RunAsync(CoordinationNamespace store, string endpoint, CancellationToken token)
{
    // The leases of an earlier run's candidates may not have ended yet.
    await store.KeyValues.DeleteRangeAsync(KeyRange.All, cancellationToken: token);
    Dictionary<string, Process> candidates = [];
    try
    {
        foreach (var name in (string[])["ann", "ben", "cem"])
        {
            candidates.Add(name, Start(endpoint, name));
            Console.WriteLine($"{name} is process {candidates[name].Id}.");
        }

        await KillFirstLeaderAsync(ElectionOf(store), candidates, token);
    }
    finally
    {
        foreach (var candidate in candidates.Values)
        {
            candidate.Kill();
            candidate.Dispose();
        }
    }
}

static async Task KillFirstLeaderAsync(Election election, Dictionary<string, Process> candidates, CancellationToken token)
{
    string? killed = null;
    await foreach (var leader in election.ObserveAsync(token))
    {
        if (leader is null)
        {
            continue;
        }

        // The epoch grows with every leader: whoever sees two claims to the office knows which one is out of date.
        var name = leader.Proposal.ToString();
        Console.WriteLine($"{name} leads, in epoch {leader.Epoch.Value}.");
        if (killed is not null)
        {
            return;
        }

        killed = name;
        candidates[name].Kill();
        Console.WriteLine($"{name} is killed. The next in line leads when its lease has ended.");
    }
}

static Election ElectionOf(CoordinationNamespace store) =>
    new(store, "report", new ElectionOptions { TimeToLive = TimeSpan.FromSeconds(2) });

static Process Start(string endpoint, string name)
{
    var program = Environment.ProcessPath ?? throw new InvalidOperationException("This process is of no file.");
    return Process.Start(program, [endpoint, name]);
}
