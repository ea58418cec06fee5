namespace Coordination.Faults.Tests;

/// <summary>Faults of one member's disk and log, each on a cluster made for it.</summary>
public sealed class StorageFaultTests
{
    private const int EntriesMissed = 400;
    private const int Seed = 1;

    private static readonly TimeSpan DiskNoticedMax = TimeSpan.FromSeconds(90);

    private static readonly ClusterSettings SmallLog = new() { SnapshotCount = 50, SnapshotCatchUpEntries = 10 };

    [Fact]
    public async Task A_follower_that_lags_too_far_goes_on_from_a_snapshot()
    {
        await using var cluster = await TestCluster.Start(SmallLog);
        TestMember? lagging = null;

        await Play(cluster, new Fault("lag", async scene =>
        {
            lagging = (await scene.Followers())[0];
            await lagging.Kill();
            await scene.AwaitWrites(EntriesMissed);
        }));

        Assert.Contains("goes on from a snapshot of the leader", lagging!.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_was_cut_off_for_long_goes_on_from_a_snapshot_under_load()
    {
        await using var cluster = await TestCluster.Start(SmallLog);
        TestMember? lagging = null;

        await Play(cluster, new Fault("cut-lag", async scene =>
        {
            lagging = (await scene.Followers())[0];
            foreach (var other in cluster.Members.Where(other => other != lagging))
            {
                scene.Links.Separate(lagging.Number, other.Number);
            }

            await scene.AwaitWrites(EntriesMissed);
        }));

        Assert.Contains("goes on from a snapshot of the leader", lagging!.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// What it acknowledged is gone, and whoever counted on it counts on nothing: it must not vote as if it had never been there. The
    /// leader knows what it had.
    /// </summary>
    [Fact]
    public async Task A_follower_that_lost_its_directory_does_not_come_back_as_if_nothing_had_been()
    {
        await using var cluster = await TestCluster.Start(SmallLog);
        var leader = await cluster.FindLeader();
        await leader.Calls.Put(new Etcd.PutRequest { Key = StoreMessages.Bytes("k0"), Value = StoreMessages.Bytes("acknowledged") });
        var victim = cluster.Members.First(member => member != leader);
        await victim.Kill();
        Directory.Delete(Path.Combine(victim.Folder.FullName, "data"), recursive: true);

        victim.Start();

        using var limit = new CancellationTokenSource(TestCluster.RecoveryMax);
        Assert.Equal(1, await victim.Exit(limit.Token));
        Assert.Contains("acknowledged entries were lost from this replica's disk", victim.Output, StringComparison.Ordinal);
        await cluster.AwaitServing(cluster.Members.Where(member => member != victim));
    }

    [Fact]
    public async Task A_member_whose_disk_is_full_ends_and_the_others_go_on()
    {
        await using var disk = await MountedDisk.Small(megabytes: 200);
        const int number = 1;
        await using var cluster = await TestCluster.Start(
            SmallLog with { Folders = new Dictionary<int, DirectoryInfo> { [number] = disk.Folder } });
        var victim = cluster.Members[number];
        var ballast = Path.Combine(disk.Folder.FullName, "ballast");

        await Play(cluster, new Fault("full-disk", async scene =>
        {
            Fill(ballast);
            using var limit = new CancellationTokenSource(DiskNoticedMax);
            Assert.Equal(1, await victim.Exit(limit.Token));
            Assert.Contains("no space left", victim.Output, StringComparison.OrdinalIgnoreCase);
            await scene.AwaitWrites();
            File.Delete(ballast);
        }));
    }

    /// <summary>Takes all the space that is left.</summary>
    private static void Fill(string path)
    {
        using var file = File.Create(path, bufferSize: 1);
        try
        {
            for (var zeros = new byte[4096]; ;)
            {
                file.Write(zeros);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task Play(TestCluster cluster, Fault fault)
    {
        using Round round = new(new ClusterStory(cluster), new Random(Seed));
        TestContext.Current.TestOutputHelper!.WriteLine($"{await round.Play(fault, number: 1)}");
    }
}
