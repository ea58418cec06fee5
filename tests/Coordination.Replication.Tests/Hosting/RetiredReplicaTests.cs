using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

/// <summary>Replicas that join, are retired and join again, seen from their host.</summary>
public sealed class RetiredReplicaTests
{
    private const uint Partition = 7;
    private const ulong Self = 2;

    [Fact]
    public async Task A_joiner_waits_to_be_fed_and_is_there_after_a_restart()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        var joiner = await fixture.Host.JoinAsync(Partition, floorTerm: 0);
        Assert.Same(joiner, await fixture.Host.JoinAsync(Partition, floorTerm: 9));
        Assert.Equal((0UL, 0UL, false), (joiner.Term, joiner.GetStatus().Leader, joiner.Started.IsCompleted));
        Assert.Equal(ProposalEnd.NotLeader, await ChangeAsync(joiner));

        await CloseAndOpenAsync(fixture);
        Assert.Empty(ReplicaOf(fixture).GetMembers().Voters);
        Assert.Equal(0UL, ReplicaOf(fixture).Term);
    }

    [Fact]
    public async Task A_joiner_begins_behind_the_last_term_of_its_predecessor_and_remembers_it()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        Assert.Equal(42UL, (await fixture.Host.JoinAsync(Partition, floorTerm: 41)).Term);
        await CloseAndOpenAsync(fixture);
        Assert.Equal(42UL, ReplicaOf(fixture).Term);
    }

    [Fact]
    public async Task A_retired_replica_ends_its_calls_and_keeps_its_data_until_it_is_dropped()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        var replica = await ServingAsync(fixture);
        ulong term = replica.Term;
        Assert.Equal(term, await fixture.Host.RetireAsync(Partition));
        Assert.Equal(term, await fixture.Host.RetireAsync(Partition));
        Assert.True(replica.IsStopped);
        Assert.Equal(ProposalEnd.Stopped, (await replica.ProposeAsync(HostFixture.Put("key", "value"))).End);
        Assert.Equal(ReadEnd.Stopped, (await replica.ReadAsync()).End);
        Assert.Equal(ProposalEnd.Stopped, await ChangeAsync(replica));
        Assert.Same(replica, fixture.Host.Find(Partition));
        Assert.NotEmpty(StatesOf(fixture));

        await fixture.Host.DropAsync(Partition);
        Assert.Null(fixture.Host.Find(Partition));
        Assert.Null(await fixture.Host.RetireAsync(Partition));
        Assert.Empty(StatesOf(fixture));
        Assert.False(fixture.Host.Failed.IsCompleted);
    }

    [Fact]
    public async Task A_retired_replica_runs_again_after_a_restart()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        ulong term = (await ServingAsync(fixture)).Term;
        await fixture.Host.RetireAsync(Partition);
        await CloseAndOpenAsync(fixture);
        var replica = ReplicaOf(fixture);
        await replica.Started;
        Assert.Equal((true, term + 1), (replica.IsLeader, replica.Term));
        Assert.Equal(1, replica.View.KeyCount);
    }

    [Fact]
    public async Task A_replica_that_joins_again_finds_nothing_of_the_dropped_one()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        await ServingAsync(fixture);
        ulong? term = await fixture.Host.RetireAsync(Partition);
        await fixture.Host.DropAsync(Partition);
        var joiner = await fixture.Host.JoinAsync(Partition, term ?? 0);
        Assert.Equal((0, 1L, 0UL), ((int)joiner.View.KeyCount, joiner.View.Revision, joiner.GetStatus().AppliedIndex));
        await CloseAndOpenAsync(fixture);
        Assert.Equal(0UL, ReplicaOf(fixture).GetStatus().AppliedIndex);
        Assert.Single(StatesOf(fixture));
    }

    [Fact]
    public async Task Partition_0_neither_joins_nor_is_retired()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fixture.Host.JoinAsync(0, 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fixture.Host.RetireAsync(0));
    }

    private static Task<ProposalEnd> ChangeAsync(PartitionReplica replica) =>
        replica.ChangeMembersAsync(new MembersChange { AddLearners = [9] }, TestContext.Current.CancellationToken);

    private static PartitionReplica ReplicaOf(HostFixture fixture) =>
        fixture.Host.Find(Partition) ?? throw new InvalidOperationException("There is no replica.");

    private static async Task<PartitionReplica> ServingAsync(HostFixture fixture)
    {
        var replica = await fixture.Host.CreateAsync(Partition, [Self]);
        await replica.Started;
        Assert.Equal(ProposalEnd.Applied, (await replica.ProposeAsync(new ServeCommand(1, []))).End);
        Assert.Equal(ProposalEnd.Applied, (await replica.ProposeAsync(HostFixture.Put("key", "value"))).End);
        return replica;
    }

    /// <summary>Unlike the fixture, waits for no replica to start: joiners do not.</summary>
    private static async Task CloseAndOpenAsync(HostFixture fixture)
    {
        await fixture.CloseAsync();
        await fixture.OpenAsync(waits: false);
    }

    private static string[] StatesOf(HostFixture fixture) =>
        Directory.GetDirectories(Path.Combine(fixture.Folder, "state"), $"{Partition}*");
}
