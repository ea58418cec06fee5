namespace Coordination.Recipes.Tests;

/// <summary>
/// No two holders, no stale write, whatever is stopped and killed. LOCK_ACQUISITIONS says how often the lock is taken in the long form,
/// LOCK_SEED repeats the plan of a run.
/// </summary>
public sealed class LockTortureTests
{
    private const int ShortForm = 15;

    [Fact]
    public Task No_stale_holder_writes_while_processes_are_stopped_and_members_are_killed() => Torture(seed: 1, ShortForm);

    [Fact]
    public Task No_stale_holder_writes_over_many_acquisitions()
    {
        var acquisitions = TestSetting.Number("LOCK_ACQUISITIONS");
        Assert.SkipWhen(acquisitions is null, "LOCK_ACQUISITIONS says how many.");
        return Torture(TestSetting.Number("LOCK_SEED") ?? Random.Shared.Next(1_000_000), acquisitions.Value);
    }

    private static async Task Torture(int seed, int acquisitions)
    {
        await using var cluster = await TestCluster.Start(ServerKind.Coordinator, size: 3);
        await new LockTorture(cluster, seed, acquisitions, TestContext.Current.TestOutputHelper!.WriteLine).Run();
    }
}
