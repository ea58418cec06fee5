using System.Text;
using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

public sealed class ClusterMetadataTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_through_a_follower_is_read_through_every_member()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        ulong leader = await cluster.LeaderAsync();
        foreach (ulong follower in ClusterFixture.Members.Where(member => member != leader))
        {
            var outcome = await cluster[follower].Metadata.TryWriteAsync([Put("a", $"{follower}"), Put("b", "x")]);
            Assert.Equal(MetadataWriteEnd.Written, outcome.End);
            Assert.Equal(outcome.Version, cluster[follower].Metadata.Current.Version);
            foreach (ulong reader in ClusterFixture.Members)
            {
                Assert.Equal($"a={follower}@{outcome.Version} b=x@{outcome.Version}", await ReadAsync(cluster, reader));
            }
        }
    }

    [Fact]
    public async Task Of_all_who_insert_a_row_at_once_one_succeeds_and_the_others_hear_that_they_did_not()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => cluster[ClusterFixture.Members[i % 3]].Metadata
            .TryWriteAsync([new MetadataWrite("row", MetadataCondition.Absent, Bytes($"{i}"))])));
        int winner = Array.FindIndex(outcomes, outcome => outcome.End == MetadataWriteEnd.Written);
        Assert.Equal(29, outcomes.Count(outcome => outcome == new MetadataWriteOutcome(MetadataWriteEnd.ConditionFailed, 1)));
        Assert.Equal($"row={winner}@1", await ReadAsync(cluster, 2));
    }

    [Fact]
    public async Task Rows_and_versions_survive_a_restart_of_every_member()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        await cluster[1].Metadata.TryWriteAsync([Put("kept", "1"), Put("gone", "2")]);
        await cluster[2].Metadata.TryWriteAsync([new MetadataWrite("gone", MetadataCondition.AtVersion(1), null)]);
        foreach (ulong member in ClusterFixture.Members)
        {
            await cluster.CloseAsync(member);
        }

        foreach (ulong member in ClusterFixture.Members)
        {
            await cluster.OpenAsync(member);
        }

        await Task.WhenAll(ClusterFixture.Members.Select(member => cluster[member].Started)).WaitAsync(Token);
        Assert.Equal("kept=1@1", await ReadAsync(cluster, 3));
        Assert.Equal(new MetadataWriteOutcome(MetadataWriteEnd.Written, 3), await cluster[1].Metadata.TryWriteAsync([Put("gone", "3")]));
    }

    [Fact]
    public async Task A_member_that_goes_on_from_a_snapshot_has_its_rows_and_tells_who_waits_for_them()
    {
        await using var cluster = await ClusterFixture.StartAsync(new PartitionReplicaOptions { FlushEntries = 20, CatchUpEntries = 10 });
        ulong leader = await cluster.LeaderAsync();
        ulong behind = ClusterFixture.Members.First(member => member != leader);
        await cluster[behind].Metadata.TryWriteAsync([Put("a", "1")]);
        cluster.Isolate(behind, isCut: true);
        var change = cluster[behind].Metadata.WaitForChangeAsync(1, Token);
        await cluster[leader].Metadata.TryWriteAsync([Put("a", "2"), Put("b", "2")]);
        await cluster.OutrunAsync(leader, cluster[behind].GetStatus().AppliedIndex);
        Assert.False(change.IsCompleted);
        cluster.Isolate(behind, isCut: false);

        Assert.Equal("a=2@2 b=2@2", Describe(await change));
        Assert.True(cluster.Snapshots > 0, "The follower caught up without a snapshot.");
        Assert.Equal("a=2@2 b=2@2", await ReadAsync(cluster, behind));

        await cluster.CloseAsync(behind);
        await cluster.OpenAsync(behind);
        Assert.Equal("a=2@2 b=2@2", Describe(cluster[behind].Metadata.Current));
    }

    [Fact]
    public async Task Whoever_waits_for_a_change_hears_of_the_next_one_on_every_member()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        long seen = 0;
        for (int i = 0; i < 50; i++)
        {
            var changes = ClusterFixture.Members.Select(member => cluster[member].Metadata.WaitForChangeAsync(seen, Token)).ToList();
            var outcome = await cluster[ClusterFixture.Members[i % 3]].Metadata.TryWriteAsync([Put("a", $"{i}")]);
            Assert.Equal(MetadataWriteEnd.Written, outcome.End);
            Assert.All(await Task.WhenAll(changes), change => Assert.Equal($"a={i}@{outcome.Version}", Describe(change)));
            seen = outcome.Version;
        }

        // What is there already is not waited for, and what did not succeed is no change.
        Assert.Equal(seen, (await cluster[1].Metadata.WaitForChangeAsync(seen - 1, Token)).Version);
        var next = cluster[1].Metadata.WaitForChangeAsync(seen, Token);
        await cluster[1].Metadata.TryWriteAsync([new MetadataWrite("a", MetadataCondition.Absent, null)]);
        await cluster.PutAsync(1, "key", "value");
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task A_wait_for_a_change_ends_with_its_token_and_with_the_replica()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var metadata = cluster[1].Metadata;
        using var ended = new CancellationTokenSource();
        var cancelled = metadata.WaitForChangeAsync(0, ended.Token);
        var stopped = metadata.WaitForChangeAsync(0, Token);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(stopped.IsCompleted);
        await cluster.CloseAsync(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => stopped);
        await Assert.ThrowsAsync<InvalidOperationException>(() => metadata.WaitForChangeAsync(0, Token));
        Assert.Equal(MetadataWriteEnd.Unknown, (await metadata.TryWriteAsync([Put("a", "1")])).End);
        Assert.Equal(ReadEnd.Stopped, (await metadata.ReadAsync()).End);
    }

    [Fact]
    public async Task Without_a_quorum_a_write_is_unknown_and_a_read_fails_in_time()
    {
        await using var cluster = await ClusterFixture.StartAsync(new PartitionReplicaOptions { RequestTimeout = Soon });
        await cluster.CloseAsync(1);
        await cluster.CloseAsync(2);
        var write = cluster[3].Metadata.TryWriteAsync([Put("a", "1")]);
        var read = cluster[3].Metadata.ReadAsync();
        Assert.Equal(MetadataWriteEnd.Unknown, (await write.WaitAsync(Token)).End);
        Assert.Equal(new MetadataRead(ReadEnd.TimedOut, null), await read.WaitAsync(Token));
    }

    [Fact]
    public async Task A_leader_that_takes_a_write_and_never_answers_is_not_waited_for_longer()
    {
        await using var cluster = await ClusterFixture.StartAsync(new PartitionReplicaOptions { RequestTimeout = Soon });
        ulong leader = await cluster.LeaderAsync();
        ulong follower = ClusterFixture.Members.First(member => member != leader);
        var released = new TaskCompletionSource();
        cluster.ForwardsHeld = released.Task;
        var outcome = await cluster[follower].Metadata.TryWriteAsync([Put("a", "1")]).WaitAsync(Token);
        released.SetResult();
        Assert.Equal(MetadataWriteEnd.Unknown, outcome.End);
    }

    [Fact]
    public async Task A_write_that_no_member_may_make_is_refused_before_it_is_one()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => cluster[1].Metadata.TryWriteAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => cluster[1].Metadata.TryWriteAsync([Put("a", "1"), Put("a", "2")]));
        await cluster[1].ProposeAsync(new AlarmCommand(AlarmAction.Activate, 1, AlarmKind.Corrupt));
        Assert.Equal(MetadataWriteEnd.Refused, (await cluster[1].Metadata.TryWriteAsync([Put("a", "1")])).End);
    }

    private static async Task<string> ReadAsync(ClusterFixture cluster, ulong member)
    {
        var read = await cluster[member].Metadata.ReadAsync().WaitAsync(Token);
        Assert.True(read.IsConfirmed, $"{read.End}");
        return Describe(read.Snapshot);
    }

    private static string Describe(MetadataSnapshot metadata) => string.Join(
        ' ', metadata.Rows.Select(row => $"{row.Key}={Encoding.UTF8.GetString(row.Value.Value.Span)}@{row.Value.Version}"));

    private static MetadataWrite Put(string key, string value) => new(key, MetadataCondition.None, Bytes(value));

    private static byte[] Bytes(string text) => HostFixture.Bytes(text);
}
