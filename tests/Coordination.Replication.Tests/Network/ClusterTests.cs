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
}
