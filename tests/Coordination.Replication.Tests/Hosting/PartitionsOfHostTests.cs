using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

/// <summary>Replicas that come and go while the host runs.</summary>
public sealed class PartitionsOfHostTests
{
    private const ulong Self = 2;

    [Fact]
    public async Task Partitions_have_revisions_of_their_own_and_survive_a_restart()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        for (uint partition = 0; partition < 3; partition++)
        {
            var replica = partition == 0 ? fixture.Replica : await ServingAsync(fixture, partition);
            for (int n = 0; n <= partition; n++)
            {
                Assert.Equal(ProposalEnd.Applied, (await replica.ProposeAsync(HostFixture.Put("key", "value"))).End);
            }
        }

        await fixture.CloseAsync();
        await fixture.OpenAsync();
        Assert.Equal([2L, 3L, 4L], fixture.Host.Partitions.Select(replica => replica.View.Revision));
        Assert.Equal([0u, 1u, 2u], fixture.Host.Partitions.Select(replica => replica.Partition));
    }

    [Fact]
    public async Task A_replica_that_exists_is_not_begun_again()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        var replica = await ServingAsync(fixture, 7);
        await replica.ProposeAsync(HostFixture.Put("key", "value"));

        Assert.Same(replica, await fixture.Host.CreateAsync(7, [Self]));
        Assert.Same(replica, fixture.Host.Find(7));
        Assert.Equal(1, replica.View.KeyCount);
    }

    [Fact]
    public async Task A_dropped_replica_ends_its_calls_and_leaves_no_files()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        var replica = await ServingAsync(fixture, 7);
        await replica.ProposeAsync(HostFixture.Put("key", "value"));
        Assert.NotEmpty(StatesOf(fixture, 7));

        await fixture.Host.DropAsync(7);

        Assert.Equal(ProposalEnd.Stopped, (await replica.ProposeAsync(HostFixture.Put("key", "value"))).End);
        Assert.Null(fixture.Host.Find(7));
        Assert.Empty(StatesOf(fixture, 7));
        await fixture.Host.DropAsync(7);
        await fixture.ApplyAsync(HostFixture.Put("key", "value"));

        await fixture.CloseAsync();
        await fixture.OpenAsync();
        Assert.Equal([0u], fixture.Host.Partitions.Select(each => each.Partition));
        Assert.Equal("value", await fixture.ReadAsync("key"));
        Assert.False(fixture.Host.Failed.IsCompleted);
    }

    [Fact]
    public async Task Files_that_a_crash_left_of_a_dropped_replica_go_at_the_next_start()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        await fixture.CloseAsync();
        string left = Path.Combine(fixture.Folder, "state", "7");
        Directory.CreateDirectory(left);
        await File.WriteAllTextAsync(Path.Combine(left, "file"), "left", TestContext.Current.CancellationToken);

        await fixture.OpenAsync();
        Assert.Empty(StatesOf(fixture, 7));
        Assert.Single(StatesOf(fixture, 0));
    }

    [Fact]
    public async Task A_replica_whose_store_a_crash_kept_from_being_begun_is_begun_at_the_next_start()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        await fixture.Host.CreateAsync(7, [Self]);
        await fixture.CloseAsync();
        Directory.Delete(Path.Combine(fixture.Folder, "state", "7"), recursive: true);

        await fixture.OpenAsync();
        var replica = fixture.Host.Find(7);
        Assert.NotNull(replica);
        Assert.Equal(1, replica.View.Revision);
    }

    [Fact]
    public async Task Partition_0_is_neither_created_nor_dropped()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fixture.Host.CreateAsync(0, [Self]));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fixture.Host.DropAsync(0));
    }

    [Fact]
    public async Task A_host_that_has_stopped_begins_nothing()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        var host = fixture.Host;
        await fixture.CloseAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => host.CreateAsync(7, [Self]));
    }

    [Fact]
    public async Task Many_partitions_come_and_go_while_others_are_written()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        var writing = Task.WhenAll(Enumerable.Range(0, 200).Select(i => fixture.ApplyAsync(HostFixture.Put($"key-{i}", "value"))));
        await Task.WhenAll(Enumerable.Range(1, 10).Select(partition => ServingAsync(fixture, (uint)partition)));
        await Task.WhenAll(Enumerable.Range(1, 9).Select(partition => fixture.Host.DropAsync((uint)partition)));
        await writing;
        Assert.Equal([0u, 10u], fixture.Host.Partitions.Select(replica => replica.Partition));
        Assert.Equal(200, fixture.Replica.View.KeyCount);
    }

    private static async Task<PartitionReplica> ServingAsync(HostFixture fixture, uint partition)
    {
        var replica = await fixture.Host.CreateAsync(partition, [Self]);
        await replica.Started;
        Assert.Equal(PartitionPhase.Receiving, replica.View.Ownership.Phase);
        Assert.Equal(ProposalEnd.Applied, (await replica.ProposeAsync(new ServeCommand(1, []))).End);
        return replica;
    }

    private static string[] StatesOf(HostFixture fixture, uint partition) =>
        Directory.GetDirectories(Path.Combine(fixture.Folder, "state"), $"{partition}*");
}
