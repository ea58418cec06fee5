namespace Coordination.Recipes.Tests;

/// <summary>
/// Processes that fight for one lock while a seed decides who is stopped, until others have had the lock, and which member of the cluster
/// is killed and restarted. Everything that they say is judged, and everything that the store did for them.
/// </summary>
internal sealed class LockTorture(TestCluster cluster, int seed, int acquisitions, Action<string> report)
{
    private const int Workers = 5;
    private const int Members = 3;

    private readonly Channel<WorkerLine> _lines = Channel.CreateUnbounded<WorkerLine>();
    private readonly Random _random = new(seed);
    private readonly FencedResource _resource = new();
    private readonly List<WorkerLine> _acknowledged = [];
    private int _stale;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task Run()
    {
        await using var client = cluster.Connect();
        var begun = (await client.KeyValues.GetAsync("torture/resource", cancellationToken: Cancelled)).Revision;
        LockWorker[] workers = [.. Enumerable.Range(0, Workers).Select(
            number => LockWorker.Start(number, [cluster.Urls[number % Members], .. cluster.Urls], _lines.Writer))];
        var (pauses, kills) = (0, 0);
        try
        {
            await NextHolder(Workers);
            while (_resource.Holders < acquisitions)
            {
                if ((pauses + kills) % 3 != 2)
                {
                    await PauseHolder(workers);
                    pauses++;
                }
                else
                {
                    await KillMember();
                    kills++;
                }
            }
        }
        finally
        {
            foreach (var worker in workers)
            {
                await worker.DisposeAsync();
            }
        }

        _lines.Writer.Complete();
        await foreach (var line in _lines.Reader.ReadAllAsync(Cancelled))
        {
            Judge(line);
        }

        var writes = new GuardedWrites(client.Root);
        await writes.FollowTo(begun + 1, _acknowledged.Max(line => line.Token), Cancelled);
        Assert.All(_acknowledged, line => Assert.True(writes.Has(line), $"An acknowledged write of {line} is missing."));
        report($"Seed {seed}: {_resource.Holders} acquisitions, {pauses} pauses, {kills} kills; {_acknowledged.Count} guarded writes, "
            + $"{_stale} refused by the store, {_resource.Refused} by the fenced resource.");
    }

    /// <summary>Stops whoever has the lock, as far as can be known, until others have had it.</summary>
    private async Task PauseHolder(LockWorker[] workers)
    {
        var holder = workers[(await NextHolder(1)).Worker];
        holder.Pause();

        // What it said before it was stopped may still be on its way.
        while ((await NextHolder(1)).Worker == holder.Number)
        {
        }

        await NextHolder(_random.Next(1, 4));
        holder.Resume();
        await NextHolder(1);
    }

    private async Task KillMember()
    {
        var member = _random.Next(Members);
        await cluster.Kill(member);
        await NextHolder(_random.Next(1, 6));
        await cluster.Restart(member);
        await NextHolder(1);
    }

    /// <summary>Reads and judges until the lock has been taken so many times more; the last who did.</summary>
    private async Task<WorkerLine> NextHolder(int times)
    {
        while (true)
        {
            var line = await _lines.Reader.ReadAsync(Cancelled);
            Judge(line);
            if (line.What == 'H' && --times == 0)
            {
                return line;
            }
        }
    }

    private void Judge(WorkerLine line)
    {
        switch (line.What)
        {
            case 'H':
                _resource.Hold(line);
                break;
            case 'R':
                _resource.Use(line);
                break;
            case 'W':
                _acknowledged.Add(line);
                break;
            case 'S':
                _stale++;
                break;
        }
    }
}
