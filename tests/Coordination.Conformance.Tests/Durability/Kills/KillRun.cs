using System.Diagnostics;

namespace Coordination.Conformance.Tests;

/// <summary>
/// Rounds of load, kill and restart on one data directory. After each restart everything that can be read is compared with everything that
/// clients were told in all rounds. A difference ends the run with the seed, the round and what the servers wrote; the directory is kept.
/// </summary>
public sealed class KillRun(IConformanceTarget target, int seed, int rounds)
{
    private static readonly TimeSpan LoadMax = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("conformance-kill-");
    private readonly Judge _judge = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<KilledDuring, int> _kills = [];
    private IReadOnlyList<Attempt> _attempts = [];
    private IReadOnlyDictionary<long, IReadOnlyList<Event>> _observed = new Dictionary<long, IReadOnlyList<Event>>();
    private TimeSpan _startDuration = TimeSpan.FromSeconds(1);
    private string _output = "";
    private int _killedStarts;
    private int _acknowledged;
    private int _unanswered;
    private int _compactions;

    /// <summary>Runs all rounds; a line that sums them up.</summary>
    public async Task<string> Run()
    {
        var last = RoundPlan.OfRun(seed).ElementAt(rounds);
        foreach (var plan in RoundPlan.OfRun(seed).Take(rounds))
        {
            await RunRound(plan, Play);
        }

        await RunRound(last, (_, _) => Task.CompletedTask);
        _folder.Delete(recursive: true);
        return $"KILLS ok target={target.Name} seed={seed} rounds={rounds} "
            + string.Concat(_kills.OrderBy(kills => kills.Key).Select(kills => $"killed-in-{kills.Key}={kills.Value} "))
            + $"killed-in-Start={_killedStarts} acknowledged={_acknowledged} unanswered={_unanswered} "
            + $"unanswered-but-done={_judge.FoundUnanswered} compactions={_compactions} revisions={_judge.Revision} "
            + $"revisions-compared={_judge.RevisionsCompared} seconds={_clock.Elapsed.TotalSeconds:F0}";
    }

    private async Task RunRound(RoundPlan plan, Func<RunningServer, RoundPlan, Task> play)
    {
        RunningServer? server = null;
        try
        {
            var settings = new ServerSettings
            {
                SnapshotCount = plan.SnapshotCount,
                HeartbeatInterval = TimeSpan.FromMilliseconds(10),
                ElectionTimeout = TimeSpan.FromMilliseconds(100),
            };
            await KillStarts(plan, settings);
            var start = Stopwatch.StartNew();
            server = await RunningServer.Start(target, _folder, settings);
            _startDuration = start.Elapsed;
            _judge.Compare(await StoreReading.Of(server.Calls), _attempts, _observed);
            await play(server, plan);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(
                $"{target.Name}, seed {seed}, round {plan.Number} of {rounds}: {error.Message}\n{plan}\n"
                + $"data kept in {_folder.FullName}\n--- the server of the round before:\n{_output}"
                + $"\n--- the server:\n{server?.Process.Output}",
                error);
        }
        finally
        {
            if (server is not null)
            {
                await server.DisposeAsync();
                _output = server.Process.Output;
            }
        }
    }

    private async Task KillStarts(RoundPlan plan, ServerSettings settings)
    {
        foreach (var part in plan.KilledStarts)
        {
            await using var server = await RunningServer.Launch(target, _folder, settings);

            // The moment of the fault, not a wait for anything.
            await Task.Delay(_startDuration * part, TestContext.Current.CancellationToken);
            server.Process.Kill();
            _killedStarts++;
        }
    }

    /// <summary>Clients write while the plan goes on until the server is dead.</summary>
    private async Task Play(RunningServer server, RoundPlan plan)
    {
        var ledger = new Ledger();
        using var observer = await Observer.Start(server.Calls, _judge.Revision);
        var assassin = new Assassin(server, target.Capabilities, ledger, observer, plan);
        var kill = assassin.Run();
        var random = new Random(plan.LoadSeed);
        Task[] clients =
        [
            observer.Run(ledger),
            .. Enumerable.Range(0, plan.Writers).Select(number => new LoadWriter(
                server.Calls, ledger, plan, number, new Random(random.Next()),
                _judge.LastingLeases.Where(lease => LoadWriter.Owns(number, lease)))
                .Run()),
        ];

        // A client ends when it fails, or because the server is dead.
        await await Task.WhenAny([kill, .. clients]).WaitAsync(LoadMax);
        await kill;
        await Task.WhenAll(clients);
        Record(ledger, observer, plan);
    }

    private void Record(Ledger ledger, Observer observer, RoundPlan plan)
    {
        _attempts = ledger.Attempts;
        _observed = observer.Seen;
        _kills[plan.During] = _kills.GetValueOrDefault(plan.During) + 1;
        _acknowledged += _attempts.Count(attempt => attempt.Acknowledgement is not null);
        _unanswered += _attempts.Count(attempt => attempt.IsUnknown);
        _compactions += _attempts.Count(attempt => attempt.Request is CompactionRequest);
    }
}
