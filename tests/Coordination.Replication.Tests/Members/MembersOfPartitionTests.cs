namespace Coordination.Replication.Tests;

/// <summary>Members of a running partition come and go.</summary>
public sealed class MembersOfPartitionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task A_joiner_that_starts_again_at_every_step_becomes_a_voter_all_the_same()
    {
        await using var partition = await PartitionFixture.StartAsync();
        await partition.PutAsync(1, "key", "1");
        await partition.JoinAsync(4);
        await partition.RestartAsync(4);
        Assert.Empty(partition[4].GetMembers().Voters);
        await partition.ChangeAsync(new MembersChange { AddLearners = [4] }, 1, 2, 3);
        await partition.RestartAsync(4);
        await partition.CatchUpAsync(4, with: 1);
        await partition.RestartAsync(4);
        Assert.Equal([4UL], partition[4].GetMembers().Learners);
        await partition.ChangeAsync(new MembersChange { Promote = [4], Remove = [2] }, 1, 2, 3);
        await partition.RestartAsync(4);
        await partition.CatchUpAsync(4, with: 1);
        Assert.Equal([1UL, 3UL, 4UL], partition[4].GetMembers().Voters);
        Assert.Equal("1", await partition.ReadAsync(4, "key"));
    }

    [Fact]
    public async Task A_joiner_gets_a_snapshot_when_the_log_was_cut()
    {
        await using var partition = await PartitionFixture.StartAsync(
            new PartitionReplicaOptions { FlushEntries = 20, CatchUpEntries = 10 });
        ulong leader = await partition.LeaderAsync(1, 2, 3);
        for (int i = 0; i < 100 || await partition[leader].FindLogBaseAsync() == 0; i++)
        {
            await partition.PutAsync(leader, $"key-{i % 10}", $"{i}");
        }

        await partition.PutAsync(leader, "last", "1");
        await partition.JoinAsync(4);
        await partition.ChangeAsync(new MembersChange { AddLearners = [4] }, 1, 2, 3);
        await partition.CatchUpAsync(4, with: leader);
        Assert.True(partition.Cluster.Snapshots > 0, "The joiner caught up without a snapshot.");
        await partition.ChangeAsync(new MembersChange { Promote = [4] }, 1, 2, 3);
        Assert.Equal("1", await partition.ReadAsync(4, "last"));
        await partition.RestartAsync(4);
        Assert.Equal("1", await partition.ReadAsync(4, "last"));
    }

    [Fact]
    public async Task A_leader_that_removes_itself_is_followed_by_another_in_the_next_term()
    {
        await using var partition = await PartitionFixture.StartAsync();
        ulong leader = await partition.LeaderAsync(1, 2, 3);
        ulong term = partition[leader].Term;
        var end = await partition[leader].ChangeMembersAsync(new MembersChange { Remove = [leader] }, Token);
        Assert.Equal(ProposalEnd.Applied, end);
        ulong[] others = [.. ClusterFixture.Members.Where(member => member != leader)];
        ulong next = await partition.LeaderAsync(others);
        Assert.Equal(term + 1, partition[next].Term);
        Assert.False(partition[leader].IsLeader);
        await partition.RemoveAsync(leader);
        await partition.PutAsync(next, "key", "value");
        Assert.Equal("value", await partition.ReadAsync(others[0], "key"));
    }

    [Fact]
    public async Task A_member_that_was_removed_and_dropped_joins_again()
    {
        await using var partition = await PartitionFixture.StartAsync();
        await partition.PutAsync(1, "key", "1");
        ulong removed = ClusterFixture.Members.First(member => !partition[member].IsLeader);
        ulong[] others = [.. ClusterFixture.Members.Where(member => member != removed)];
        await partition.ChangeAsync(new MembersChange { Remove = [removed] }, 1, 2, 3);
        ulong floor = await partition.RemoveAsync(removed);
        await partition.JoinAsync(removed, floor);
        Assert.Equal(floor + 1, partition[removed].Term);

        // What the new one says of its term ends the leader's; that costs an election.
        await partition.ChangeAsync(new MembersChange { AddLearners = [removed] }, others);
        await PartitionFixture.UntilAsync(() => others.Any(member => partition[member].Term > floor));
        ulong leader = await partition.LeaderAsync(others);
        await partition.CatchUpAsync(removed, with: leader);
        await partition.ChangeAsync(new MembersChange { Promote = [removed] }, 1, 2, 3);
        await partition.PutAsync(removed, "key", "2");
        Assert.Equal([1UL, 2UL, 3UL], partition[removed].GetMembers().Voters);
        Assert.Equal("2", await partition.ReadAsync(removed, "key"));
        await partition.Cluster.CloseAsync(leader);
        await partition.LeaderAsync([.. ClusterFixture.Members.Where(member => member != leader)]);
    }

    [Fact]
    public async Task A_learner_whose_host_is_away_holds_nobody_up_and_is_not_promoted()
    {
        await using var partition = await PartitionFixture.StartAsync();
        await partition.ChangeAsync(new MembersChange { AddLearners = [4] }, 1, 2, 3);
        ulong leader = await partition.LeaderAsync(1, 2, 3);
        await partition.PutAsync(leader, "key", "1");
        Assert.Equal(ProposalEnd.NotCaughtUp, await partition[leader].ChangeMembersAsync(new MembersChange { Promote = [4] }, Token));
        await PartitionFixture.UntilAsync(() => ProgressOf(partition, 4) is { IsRecentlyActive: false, MatchIndex: 0, IsLearner: true });
        Assert.True(ProgressOf(partition, leader).IsRecentlyActive);

        await partition.JoinAsync(4);
        await partition.CatchUpAsync(4, with: leader);
        await PartitionFixture.UntilAsync(() => ProgressOf(partition, 4) is { IsRecentlyActive: true, MatchIndex: > 0 });
        await partition.ChangeAsync(new MembersChange { Promote = [4] }, 1, 2, 3);
        Assert.Equal("1", await partition.ReadAsync(4, "key"));
    }

    [Fact]
    public async Task A_partition_with_a_learner_sleeps_and_wakes()
    {
        await using var partition = await PartitionFixture.StartAsync(new PartitionReplicaOptions { QuiesceAfterTicks = 5 });
        await partition.JoinAsync(4);
        await partition.ChangeAsync(new MembersChange { AddLearners = [4] }, 1, 2, 3);
        ulong[] all = [1, 2, 3, 4];
        await PartitionFixture.UntilAsync(() => all.All(member => partition[member].GetStatus().IsQuiesced));
        await partition.PutAsync(4, "key", "1");
        await PartitionFixture.UntilAsync(() => all.All(member => partition[member].GetStatus().IsQuiesced));

        // Woken alone, by news that are wrong, it finds its leader again.
        ulong leader = partition[4].GetStatus().Leader;
        partition.Cluster.Host(4).Unreachable(new Raft.ReplicaId(leader), isGone: false);
        await PartitionFixture.UntilAsync(() => !partition[4].GetStatus().IsQuiesced);
        await PartitionFixture.UntilAsync(() => all.All(member => partition[member].GetStatus().IsQuiesced));
        await partition.PutAsync(4, "key", "2");
        Assert.Equal("2", await partition.ReadAsync(4, "key"));
    }

    [Fact]
    public async Task Leadership_is_handed_over_to_voters_only()
    {
        await using var partition = await PartitionFixture.StartAsync();
        await partition.JoinAsync(4);
        await partition.ChangeAsync(new MembersChange { AddLearners = [4] }, 1, 2, 3);
        ulong leader = await partition.LeaderAsync(1, 2, 3);
        await partition.CatchUpAsync(4, with: leader);
        Assert.Equal(LeadershipTransferEnd.InvalidTarget, await partition[leader].TransferLeadershipAsync(4));
        await partition[leader].HandOverLeadershipAsync();
        ulong next = await partition.LeaderAsync(1, 2, 3);
        Assert.NotEqual(4UL, next);
    }

    [Fact]
    public async Task Changes_that_cannot_be_are_refused()
    {
        await using var partition = await PartitionFixture.StartAsync();
        ulong leader = await partition.LeaderAsync(1, 2, 3);
        ulong follower = ClusterFixture.Members.First(member => member != leader);
        var replica = partition[leader];
        Assert.Equal(ProposalEnd.NotLeader, await partition[follower].ChangeMembersAsync(new MembersChange { Remove = [3] }, Token));
        Assert.Equal(ProposalEnd.Refused, await replica.ChangeMembersAsync(new MembersChange { AddLearners = [2] }, Token));
        Assert.Equal(ProposalEnd.Refused, await replica.ChangeMembersAsync(new MembersChange { Promote = [4] }, Token));
        Assert.Equal(ProposalEnd.Refused, await replica.ChangeMembersAsync(new MembersChange { Remove = [1, 2, 3] }, Token));
        Assert.Equal(
            ProposalEnd.Refused, await replica.ChangeMembersAsync(new MembersChange { AddLearners = [4], Remove = [4, 4] }, Token));
        Assert.Equal([1UL, 2UL, 3UL], replica.GetMembers().Voters);
        Assert.True(replica.GetMembers().IsCommitted);
    }

    [Fact]
    public async Task That_nothing_is_to_be_changed_only_a_leader_of_today_confirms()
    {
        await using var partition = await PartitionFixture.StartAsync(
            new PartitionReplicaOptions { RequestTimeout = TimeSpan.FromMilliseconds(500) });
        var nothing = new MembersChange { Promote = [1, 2, 3], Remove = [4] };
        await partition.ChangeAsync(nothing, 1, 2, 3);
        ulong leader = await partition.LeaderAsync(1, 2, 3);
        partition.Cluster.Isolate(leader, isCut: true);
        var end = await partition[leader].ChangeMembersAsync(nothing, Token);
        Assert.True(end is ProposalEnd.TimedOut or ProposalEnd.NotLeader, $"{end}");
    }

    [Fact]
    public async Task One_change_is_made_at_a_time_and_a_caller_may_stop_waiting()
    {
        await using var partition = await PartitionFixture.StartAsync();
        ulong leader = await partition.LeaderAsync(1, 2, 3);
        partition.Cluster.Isolate(leader, isCut: true);
        using var impatience = new CancellationTokenSource();
        var first = partition[leader].ChangeMembersAsync(new MembersChange { AddLearners = [4] }, impatience.Token);
        var second = await partition[leader].ChangeMembersAsync(new MembersChange { AddLearners = [5] }, Token);
        Assert.Equal(ProposalEnd.TooManyRequests, second);
        Assert.False(partition[leader].GetMembers().IsCommitted);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    private static MemberProgress ProgressOf(PartitionFixture partition, ulong member)
    {
        var progress = ClusterFixture.Members.Select(each => partition[each]).Where(replica => replica.IsLeader)
            .SelectMany(replica => replica.GetMembers().Progress).ToDictionary(each => each.Member);
        return progress.GetValueOrDefault(member);
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
