using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

public sealed class ClusterTests
{
    [Fact]
    public async Task A_write_through_any_member_is_read_through_every_member()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        long revision = 1;
        for (int i = 0; i < 30; i++)
        {
            ulong member = ClusterFixture.Members[i % 3];
            var outcome = await cluster.PutAsync(member, "key", $"{i}");
            Assert.Equal(ProposalEnd.Applied, outcome.End);
            Assert.Equal(++revision, outcome.Result.Revision);
            foreach (ulong reader in ClusterFixture.Members)
            {
                Assert.Equal($"{i}", await cluster.ReadAsync(reader, "key"));
            }
        }
    }

    [Fact]
    public async Task Writes_through_all_members_at_once_get_revisions_of_their_own()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 600).Select(
            i => cluster.PutAsync(ClusterFixture.Members[i % 3], $"key-{i}", $"{i}")));
        Assert.All(outcomes, outcome => Assert.Equal(ProposalEnd.Applied, outcome.End));
        Assert.Equal(Enumerable.Range(2, 600).Select(i => (long)i), outcomes.Select(outcome => outcome.Result.Revision).Order());
    }

    [Fact]
    public async Task The_others_go_on_when_the_leader_stops_and_it_catches_up_when_it_is_back()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        ulong first = await cluster.LeaderAsync();
        Assert.Equal(ProposalEnd.Applied, (await cluster.PutAsync(first, "a", "1")).End);
        await cluster.CloseAsync(first);
        ulong[] others = [.. ClusterFixture.Members.Where(member => member != first)];
        ulong second = await cluster.LeaderAsync(others);
        foreach (ulong member in others)
        {
            Assert.Equal("1", await cluster.ReadAsync(member, "a"));
        }

        Assert.Equal(ProposalEnd.Applied, (await cluster.PutAsync(second, "a", "2")).End);
        await cluster.OpenAsync(first);
        Assert.Equal("2", await cluster.ReadAsync(first, "a"));
    }

    [Fact]
    public async Task A_leader_that_is_cut_off_serves_no_stale_read_and_loses_what_was_not_acknowledged()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        ulong old = await cluster.LeaderAsync();
        Assert.Equal(ProposalEnd.Applied, (await cluster.PutAsync(old, "a", "1")).End);
        cluster.Isolate(old, isCut: true);
        var lost = cluster[old].ProposeAsync(HostFixture.Put("a", "lost"));
        ulong[] others = [.. ClusterFixture.Members.Where(member => member != old)];
        ulong next = await cluster.LeaderAsync(others);
        Assert.Equal(ProposalEnd.Applied, (await cluster.PutAsync(next, "a", "2")).End);
        var read = cluster.ReadAsync(old, "a");
        Assert.False(read.IsCompleted);

        cluster.Isolate(old, isCut: false);

        Assert.Equal("2", await read);
        Assert.Equal(ProposalEnd.Superseded, (await lost).End);
        foreach (ulong member in ClusterFixture.Members)
        {
            Assert.Equal("2", await cluster.ReadAsync(member, "a"));
        }
    }

    [Fact]
    public async Task A_follower_that_lags_too_far_goes_on_from_a_snapshot_while_writes_go_on()
    {
        await using var cluster = await ClusterFixture.StartAsync(
            new PartitionReplicaOptions { FlushEntries = 20, CatchUpEntries = 10, CachedValueBytes = 1_000 });
        ulong leader = await cluster.LeaderAsync();
        ulong behind = ClusterFixture.Members.First(member => member != leader);
        await cluster.PutAsync(leader, "before", "1");
        await cluster.CloseAsync(behind);
        await cluster.OutrunAsync(leader, cluster[leader].GetStatus().AppliedIndex);

        await cluster.OpenAsync(behind);
        for (int i = 300; i < 400; i++)
        {
            Assert.Equal(ProposalEnd.Applied, (await cluster.PutAsync(leader, $"key-{i % 50}", $"{i}")).End);
        }

        Assert.Equal("399", await cluster.ReadAsync(behind, "key-49"));
        Assert.True(cluster.Snapshots > 0, "The follower caught up without a snapshot.");
        Assert.Equal(cluster[leader].View.Revision, cluster[behind].View.Revision);
        await AssertSameHistoryAsync(cluster, leader, behind);

        // What was installed is what it starts from.
        int snapshots = cluster.Snapshots;
        await cluster.CloseAsync(behind);
        await cluster.OpenAsync(behind);
        Assert.Equal("399", await cluster.ReadAsync(behind, "key-49"));
        Assert.Equal(snapshots, cluster.Snapshots);
        Assert.Equal(ProposalEnd.Applied, (await cluster.PutAsync(behind, "after", "1")).End);
        await AssertSameHistoryAsync(cluster, leader, behind);
    }

    private static async Task AssertSameHistoryAsync(ClusterFixture cluster, ulong one, ulong other)
    {
        var read = await cluster[other].ReadAsync();
        var reread = await cluster[one].ReadAsync();
        Assert.Equal(ApplyError.None, reread.View!.Hash(0, out uint expected));
        Assert.Equal(ApplyError.None, read.View!.Hash(0, out uint actual));
        Assert.Equal(expected, actual);
    }
}
