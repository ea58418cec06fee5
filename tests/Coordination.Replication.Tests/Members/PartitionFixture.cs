using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

/// <summary>A partition on the members of a cluster, whose replicas come and go.</summary>
internal sealed class PartitionFixture : IAsyncDisposable
{
    public const uint Number = 5;

    private PartitionFixture(ClusterFixture cluster) => Cluster = cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ClusterFixture Cluster { get; }

    public PartitionReplica this[ulong member] =>
        Cluster.Host(member).Find(Number) ?? throw new InvalidOperationException($"Member {member} has no replica.");

    /// <summary>Begins the partition on members 1 to 3; member 4 runs too.</summary>
    public static Task<PartitionFixture> StartAsync() => StartAsync(new PartitionReplicaOptions());

    public static async Task<PartitionFixture> StartAsync(PartitionReplicaOptions options)
    {
        var partition = new PartitionFixture(await ClusterFixture.StartAsync(options));
        await partition.Cluster.OpenAsync(4);
        foreach (ulong member in ClusterFixture.Members)
        {
            await partition.Cluster.Host(member).CreateAsync(Number, ClusterFixture.Members);
        }

        await partition.LeaderAsync(1, 2, 3);
        Assert.Equal(ProposalEnd.Applied, (await partition[1].ProposeAsync(new ServeCommand(1, []))).End);
        return partition;
    }

    public Task<PartitionReplica> JoinAsync(ulong member, ulong floorTerm = 0) => Cluster.Host(member).JoinAsync(Number, floorTerm);

    /// <summary>Makes a change through whoever leads among the members, until it is made.</summary>
    public async Task ChangeAsync(MembersChange change, params ulong[] among)
    {
        while (true)
        {
            ulong leader = await LeaderAsync(among);
            var end = await this[leader].ChangeMembersAsync(change, Token);
            if (end == ProposalEnd.Applied)
            {
                return;
            }

            Assert.True(end is ProposalEnd.NotLeader or ProposalEnd.TooManyRequests or ProposalEnd.Superseded, $"{end}");
        }
    }

    /// <summary>Stops a member's host and opens it again.</summary>
    public async Task RestartAsync(ulong member)
    {
        await Cluster.CloseAsync(member);
        await Cluster.OpenAsync(member);
    }

    /// <summary>Retires and deletes a replica.</summary>
    /// <returns>The term that it ended in.</returns>
    public async Task<ulong> RemoveAsync(ulong member)
    {
        ulong? term = await Cluster.Host(member).RetireAsync(Number);
        await Cluster.Host(member).DropAsync(Number);
        return term ?? throw new InvalidOperationException($"Member {member} had no replica.");
    }

    /// <summary>The member that leads, as soon as those named agree on one of them.</summary>
    public async Task<ulong> LeaderAsync(params ulong[] among)
    {
        ulong leader = 0;
        await UntilAsync(() => (leader = FindLeader(among)) != 0);
        return leader;
    }

    public async Task PutAsync(ulong through, string key, string value) =>
        Assert.Equal(ProposalEnd.Applied, (await this[through].ProposeAsync(HostFixture.Put(key, value)).WaitAsync(Token)).End);

    public async Task<string?> ReadAsync(ulong through, string key)
    {
        var read = await this[through].ReadAsync();
        Assert.True(read.IsConfirmed, $"{read.End}");
        Assert.Equal(ApplyError.None, read.View.Read(HostFixture.Get(key), out var result));
        return result.Items.Count == 0 ? null : System.Text.Encoding.UTF8.GetString(result.Items[0].Value.Span);
    }

    /// <summary>Waits until a member's replica has applied what another's has now.</summary>
    public async Task CatchUpAsync(ulong member, ulong with)
    {
        ulong applied = this[with].GetStatus().AppliedIndex;
        await UntilAsync(() => this[member].GetStatus().AppliedIndex >= applied);
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(Token);
        }
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    private ulong FindLeader(ulong[] among)
    {
        var leaders = among.Select(member => this[member].GetStatus().Leader).Distinct().ToList();
        return leaders is [var leader] && among.Contains(leader) && this[leader].IsLeader ? leader : 0;
    }
}
