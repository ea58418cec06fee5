namespace Coordination.Replication.Tests;

/// <summary>Members of a running partition come and go.</summary>
public sealed class MembersOfPartitionTests
{
    [Fact]
    public async Task A_member_joins_while_writes_go_on_and_takes_the_place_of_another()
    {
        await using var partition = await PartitionFixture.StartAsync();
        using var writing = new CancellationTokenSource();
        var writes = WriteAsync(partition, writing.Token);
        await partition.JoinAsync(4);
        await partition.ChangeAsync(new MembersChange { AddLearners = [4] }, 1, 2, 3);
        await partition.CatchUpAsync(4, with: 1);
        Assert.Equal([4UL], partition[4].GetMembers().Learners);
        Assert.True(partition[4].GetStatus().IsLearner);

        await partition.ChangeAsync(new MembersChange { Promote = [4], Remove = [3] }, 1, 2, 3);
        await partition.CatchUpAsync(4, with: 1);
        Assert.Equal([1UL, 2UL, 4UL], partition[4].GetMembers().Voters);
        Assert.False(partition[4].GetMembers().IsJoint);
        await partition.RemoveAsync(3);
        await writing.CancelAsync();
        int written = await writes;
        Assert.Equal($"{written}", await partition.ReadAsync(4, "key"));
        await partition.Cluster.CloseAsync(1);
        await partition.LeaderAsync(2, 4);
        await partition.PutAsync(4, "key", "last");
        Assert.Equal("last", await partition.ReadAsync(2, "key"));
    }

    private static async Task<int> WriteAsync(PartitionFixture partition, CancellationToken token)
    {
        int written = 0;
        while (!token.IsCancellationRequested)
        {
            await partition.PutAsync(1 + (ulong)(written % 2), "key", $"{written + 1}");
            written++;
        }

        return written;
    }
}
