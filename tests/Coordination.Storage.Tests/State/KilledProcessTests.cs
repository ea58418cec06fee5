using System.Diagnostics;
using System.Globalization;
using Coordination.StateMachine;
using Coordination.StateMachine.Model;
using Coordination.Storage.CrashHost;

namespace Coordination.Storage.Tests;

/// <summary>
/// A process that applies, commits, compacts and flushes is killed again and again. What it leaves must be exactly the state after one of
/// its commits, no older than the last flush that it reported.
/// </summary>
public sealed class KilledProcessTests : IDisposable
{
    private const int Rounds = 10;
    private const int Seed = 7;
    private const int ReportsMax = 2 * CrashWorkload.StepsPerFlush / CrashWorkload.StepsPerReport;
    private const string Flushed = "flushed ";
    private readonly StateFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_killed_process_leaves_the_state_after_one_of_its_commits()
    {
        var random = new Random(Seed);
        var workload = new CrashWorkload(Seed);
        var memory = new MemoryStore();
        var expected = new PartitionState(memory);
        int aheadOfFlush = 0;
        for (int round = 0; round < Rounds; round++)
        {
            ulong reported = RunAndKill(reports: random.Next(ReportsMax));
            using var store = RocksDbStateStore.Open(_fixture.StorePath, CrashWorkload.Options);
            ulong applied = store.DurableAppliedIndex;
            Assert.InRange(applied, Math.Max(reported, memory.LoadMetadata().AppliedIndex), ulong.MaxValue);
            aheadOfFlush += applied > reported ? 1 : 0;
            while (memory.LoadMetadata().AppliedIndex < applied)
            {
                workload.Step(expected);
            }

            Assert.Equal(StateFixture.Describe(memory), StateFixture.Describe(store));

            // The next process begins where this one was stopped, so the model does, too.
            expected = new PartitionState(memory);
        }

        Assert.True(aheadOfFlush > 0, "No kill found anything that was written in the background.");
        Assert.True(memory.LoadMetadata().AppliedIndex > CrashWorkload.StepsPerFlush);
    }

    /// <summary>Kills the process after some reports, or as soon as it runs. Returns the last durable index that it reported.</summary>
    private ulong RunAndKill(int reports)
    {
        string host = Path.Combine(AppContext.BaseDirectory, "Coordination.Storage.CrashHost");
        using var process = Process.Start(new ProcessStartInfo(host, [_fixture.StorePath, Seed.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        });
        Assert.NotNull(process);
        var lines = new List<string>();
        while (lines.Count < reports && process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        Assert.False(process.HasExited);
        process.Kill();

        // A line that the kill cut short was never reported.
        lines.AddRange(process.StandardOutput.ReadToEnd().Split('\n')[..^1]);
        process.WaitForExit();
        string? flushed = lines.LastOrDefault(line => line.StartsWith(Flushed, StringComparison.Ordinal));
        return flushed is null ? 0 : ulong.Parse(flushed.AsSpan(Flushed.Length), CultureInfo.InvariantCulture);
    }
}
