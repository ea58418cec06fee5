namespace Coordination.Conformance.Tests;

/// <summary>A server whose disk fills up ends, says why, and has lost nothing of what it acknowledged.</summary>
public sealed class FullDiskTests
{
    private const string Reason = "etcd panics on a full disk, with a stack instead of a sentence.";
    private static readonly TimeSpan FillMax = TimeSpan.FromMinutes(2);

    /// <param name="target">The server.</param>
    /// <param name="snapshotCount">
    /// Few: the state grows on the disk, and filling it up hits the state store. Many: the log does, when it begins a segment.
    /// </param>
    [Theory, OnEveryLoneServer(20), OnEveryLoneServer(1_000_000)]
    public async Task A_full_disk_loses_nothing_that_was_acknowledged(IConformanceTarget target, int snapshotCount)
    {
        Assert.SkipUnless(target.Capabilities.GuardsItsFiles, Reason);
        await using var disk = await MountedDisk.Small(megabytes: 110);
        var settings = new ServerSettings { SnapshotCount = snapshotCount, SnapshotCatchUpEntries = 20 };
        var judge = new Judge();

        var attempts = await Fill(target, disk, settings, judge);

        // As long as it is full the server may refuse, for the same reason; it may also have found space in what it has no use for.
        await using (var full = await RunningServer.Launch(target, disk.Folder, settings))
        {
            if (!await full.IsReady())
            {
                AssertSaysSo(Refusals.Sentence(await Refusals.Ends(full, exitCode: 1)), disk);
            }
        }

        await disk.Resize(megabytes: 500);
        await using var again = await RunningServer.Start(target, disk.Folder, settings);
        judge.Compare(await StoreReading.Of(again.Calls), attempts, new Dictionary<long, IReadOnlyList<Event>>());
        Assert.True(judge.Revision > 10, "Hardly anything was written before the disk was full.");
    }

    [Theory, OnEveryLoneServer]
    public async Task A_full_disk_refuses_a_new_node(IConformanceTarget target)
    {
        Assert.SkipUnless(target.Capabilities.GuardsItsFiles, Reason);
        await using var disk = await MountedDisk.Small(megabytes: 16);
        await using (var server = await RunningServer.Launch(target, disk.Folder, ServerSettings.Default))
        {
            AssertSaysSo(Refusals.Sentence(await Refusals.RefusesToStart(server)), disk);
        }

        await disk.Resize(megabytes: 200);
        await using var again = await RunningServer.Start(target, disk.Folder, ServerSettings.Default);
        Assert.Equal(1, (await StoreReading.Of(again.Calls)).Revision);
    }

    /// <summary>Writes until the server has ended; what was sent and answered.</summary>
    private static async Task<IReadOnlyList<Attempt>> Fill(
        IConformanceTarget target, MountedDisk disk, ServerSettings settings, Judge judge)
    {
        await using var server = await RunningServer.Start(target, disk.Folder, settings);
        judge.Compare(await StoreReading.Of(server.Calls), [], new Dictionary<long, IReadOnlyList<Event>>());
        var ledger = new Ledger { MayEnd = true };
        var plan = RoundPlan.OfLargeValues;
        var writers = Enumerable.Range(0, plan.Writers).Select(number =>
            new LoadWriter(server.Calls, ledger, plan, number, new Random(number), leases: []).Run());
        await Task.WhenAll(writers).WaitAsync(FillMax);

        AssertSaysSo(Refusals.Sentence(await Refusals.Ends(server, exitCode: 1)), disk);
        return ledger.Attempts;
    }

    /// <summary>It names the place and what is wrong with it.</summary>
    private static void AssertSaysSo(string sentence, MountedDisk disk)
    {
        Assert.Contains("no space", sentence, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(disk.Folder.FullName, sentence, StringComparison.Ordinal);
    }
}
