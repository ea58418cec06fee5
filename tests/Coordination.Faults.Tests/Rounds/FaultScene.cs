namespace Coordination.Faults.Tests;

/// <summary>What a fault has to do with: the cluster, chance, and whether clients get on.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="space">Keys with a partition of their own, whose leader is meant by "the leader"; null for the default partition's.</param>
/// <param name="progress">The clients.</param>
/// <param name="random">Chance.</param>
public sealed class FaultScene(TestCluster cluster, KeySpace? space, WriteProgress progress, Random random)
{
    private const int ProgressWrites = 20;

    public TestCluster Cluster => cluster;

    public LinkTable Links => cluster.Links;

    public Random Random => random;

    /// <summary>The member that leads now.</summary>
    public Task<TestMember> Leader() => space is null ? cluster.FindLeader() : cluster.Partitions.FindLeader(space);

    /// <summary>The term of whoever leads the default partition now: another one, another leadership.</summary>
    public async Task<ulong> Term() => (await cluster.FindLeaderStatus()).Status.RaftTerm;

    /// <summary>Those that do not lead now, in any order.</summary>
    public async Task<TestMember[]> Followers()
    {
        var leader = await Leader();
        return Shuffled(member => member != leader);
    }

    /// <summary>All members, in any order.</summary>
    public TestMember[] Shuffled(Func<TestMember, bool>? which = null)
    {
        TestMember[] members = [.. cluster.Members.Where(which ?? (_ => true))];
        random.Shuffle(members);
        return members;
    }

    /// <summary>How long a fault lasts: from hardly noticed to a few elections.</summary>
    public Task Hold() => Hold(0.2 + (3.8 * random.NextDouble()));

    /// <summary>The same, and certainly longer than an election can take.</summary>
    public Task HoldOverElection() => Hold(2.5 + (2 * random.NextDouble()));

    /// <summary>Waits until clients are acknowledged writes again: a majority is whole, so they must be.</summary>
    /// <exception cref="TimeoutException">They are not.</exception>
    public async Task AwaitWrites(int count = ProgressWrites)
    {
        try
        {
            await progress.Await(count).WaitAsync(TestCluster.RecoveryMax);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"A majority is whole, and no writes are acknowledged:\n{cluster.DescribeOutput()}", error);
        }
    }

    // The length of the fault, not a wait for anything.
    private Task Hold(double elections) => Pace.Take(cluster.Settings.ElectionTimeout * elections);
}
