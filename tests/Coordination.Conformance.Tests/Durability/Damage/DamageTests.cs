using System.Diagnostics;
using System.Globalization;

namespace Coordination.Conformance.Tests;

/// <summary>
/// Damages every file of a data directory, each in a copy of its own: a server has to refuse, naming the file, or to serve exactly what
/// there was. CRASH_DAMAGES sets how many damages each file gets ("all" for all of them), CRASH_SEED which.
/// </summary>
public sealed class DamageTests
{
    private const int DamagesDefault = 1;
    private const string Reason = "etcd's database has no checksums: what is damaged there is served.";

    [Theory, OnEveryLoneServer]
    public async Task A_damaged_file_of_a_small_store_is_named_and_never_served(IConformanceTarget target) =>
        await DamageEveryFile(target, new ServerSettings(), SmallLoad);

    [Theory, OnEveryLoneServer]
    public async Task A_damaged_file_of_a_store_with_many_files_is_named_and_never_served(IConformanceTarget target) =>
        await DamageEveryFile(target, new ServerSettings { SnapshotCount = 150, SnapshotCatchUpEntries = 400 }, LargeLoad);

    private static async Task DamageEveryFile(IConformanceTarget target, ServerSettings settings, Func<Connection, Task> load)
    {
        Assert.SkipUnless(target.Capabilities.GuardsItsFiles, Reason);
        var seed = TestSetting.Number("CRASH_SEED") ?? Random.Shared.Next(1_000_000);
        var clock = Stopwatch.StartNew();
        var original = await DamagedStore.Fill(target, settings, load);
        var random = new Random(seed);
        var found = new List<string>();
        var verdicts = new Dictionary<string, int>();
        foreach (var file in original.Files)
        {
            foreach (var damage in Draw(FileDamage.Possible(original.LengthOf(file), random), random))
            {
                var verdict = await original.Judge(file, damage);
                verdicts[verdict.Kind] = verdicts.GetValueOrDefault(verdict.Kind) + 1;
                if (verdict.Violation is { } violation)
                {
                    found.Add($"{file} {damage}: {violation}");
                }
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"DAMAGES {(found.Count == 0 ? "ok" : "violation")} target={target.Name} seed={seed} files={original.Files.Count} "
            + string.Join(' ', verdicts.Select(verdict => $"{verdict.Key}={verdict.Value}"))
            + $" seconds={clock.Elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)}");
        Assert.True(found.Count == 0, $"Seed {seed}:\n{string.Join("\n\n", found)}");
        original.Dispose();
    }

    private static FileDamage[] Draw(IReadOnlyList<FileDamage> damages, Random random)
    {
        var count = Environment.GetEnvironmentVariable("CRASH_DAMAGES") == "all"
            ? damages.Count
            : TestSetting.Number("CRASH_DAMAGES") ?? DamagesDefault;
        var shuffled = damages.ToArray();
        random.Shuffle(shuffled);
        return shuffled[..Math.Min(count, shuffled.Length)];
    }

    /// <summary>A few keys: nothing is flushed, everything is in the log.</summary>
    private static async Task SmallLoad(Connection calls)
    {
        await calls.Grant(new LeaseGrantRequest { ID = 1, TTL = LoadWriter.LongTtlSeconds });
        for (var key = 0; key < 20; key++)
        {
            await calls.Put(new PutRequest { Key = Bytes.Of($"k{key % 7}"), Value = Bytes.Of($"v{key}"), Lease = key % 2 });
        }

        await calls.Delete(new DeleteRangeRequest { Key = Bytes.Of("k3") });
    }

    /// <summary>Enough for two segments of the log and several tables, with history, leases, and a compaction.</summary>
    private static async Task LargeLoad(Connection calls)
    {
        const int Writers = 8;
        var ledger = new Ledger();
        var done = ledger.Reached(1500);
        var plan = RoundPlan.OfLargeValues;
        var writers = Enumerable.Range(0, Writers).Select(number =>
            new LoadWriter(calls, ledger, plan, number, new Random(number), leases: []).Run()).ToArray();
        await ledger.Reached(700);
        await calls.Compact(new CompactionRequest { Revision = 300, Physical = true });
        await done;
        ledger.Kill();
        await Task.WhenAll(writers);
    }
}
