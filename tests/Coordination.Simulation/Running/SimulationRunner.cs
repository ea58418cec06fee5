using System.Diagnostics;

namespace Coordination.Simulation;

/// <summary>
/// Runs seeds one after another, on as many threads as asked for, until the last seed, the end of the time or the first broken rule.
/// Which rules break does not depend on the threads: each world is closed in itself.
/// </summary>
internal sealed class SimulationRunner(SimulationArguments arguments, TextWriter output)
{
    private const int TraceLines = 400;
    private readonly Lock _lock = new();
    private readonly WorldStatistics _total = new() { Seeds = 0 };
    private readonly Stopwatch _watch = new();
    private ulong _next;
    private bool _isExhausted;
    private WorldResult? _failed;

    /// <summary>Runs everything.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        _next = arguments.FirstSeed ?? ((ulong)DateTime.UtcNow.Ticks / 10_000 % 1_000_000_000_000);
        ulong first = _next;
        if (arguments.FirstSeed is null)
        {
            output.WriteLine($"first seed {first}");
        }

        _watch.Start();
        var threads = new Thread[arguments.Threads - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(RunWorlds);
            threads[i].Start();
        }

        RunWorlds();
        foreach (var thread in threads)
        {
            thread.Join();
        }

        _watch.Stop();
        if (_failed is { } failed)
        {
            PrintViolation(failed);
        }

        new RunSummary(_total, _watch.Elapsed, arguments.Threads).Print(output, _failed);
        return _failed is null ? 0 : 1;
    }

    private void RunWorlds()
    {
        while (TryTakeSeed(out ulong seed))
        {
            var trace = arguments.PrintsTrace ? new TraceRecorder(0, output) : null;
            var result = new World(WorldOptionsDraw.Draw(seed, arguments.Overrides), trace).Run();
            Add(result);
        }
    }

    private bool TryTakeSeed(out ulong seed)
    {
        lock (_lock)
        {
            seed = _next;
            bool isOver = _isExhausted || _failed is not null || (arguments.MaxTime is { } time && _watch.Elapsed >= time);
            if (isOver)
            {
                return false;
            }

            _isExhausted = seed == arguments.LastSeed || seed == ulong.MaxValue;
            _next++;
            return true;
        }
    }

    private void Add(WorldResult result)
    {
        lock (_lock)
        {
            _total.Add(result.Statistics);
            if (arguments.PrintsSeeds)
            {
                var figures = result.Statistics;
                output.WriteLine(
                    $"{result.Options} commits={figures.Commits} elections={figures.Elections} acks={figures.WritesAcknowledged} "
                    + $"reads={figures.ReadsAnswered} changes={figures.MembershipChanges} snapshots={figures.SnapshotsInstalled} "
                    + $"recoveries={figures.Recoveries} faults={figures.Faults} steps={figures.Steps} {result.Violation?.Rule ?? "ok"}");
            }

            // Of several that fail side by side the lowest seed is told, so that the same arguments give the same answer.
            if (result.Violation is not null && (_failed is null || result.Options.Seed < _failed.Options.Seed))
            {
                _failed = result;
            }
        }
    }

    private void PrintViolation(WorldResult failed)
    {
        var trace = new TraceRecorder(TraceLines, null);
        var again = new World(failed.Options, trace).Run();
        foreach (string line in trace.LastLines)
        {
            output.WriteLine(line);
        }

        output.WriteLine();
        output.WriteLine($"world     {failed.Options}");
        output.WriteLine($"violation {failed.Violation!.Rule}: {failed.Violation.Message}");
        if (again.Violation != failed.Violation)
        {
            output.WriteLine($"The run with a trace ended differently: {again.Violation?.Rule}: {again.Violation?.Message}");
        }
    }
}
