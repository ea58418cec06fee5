using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

public sealed class PartitionHostTests
{
    [Fact]
    public async Task A_write_is_seen_by_the_read_that_follows_it()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        for (int i = 0; i < 100; i++)
        {
            var result = await fixture.ApplyAsync(HostFixture.Put("key", $"{i}"));
            Assert.Equal(2 + i, result.Revision);
            Assert.Equal($"{i}", await fixture.ReadAsync("key"));
        }
    }

    [Fact]
    public async Task Everything_acknowledged_is_there_after_a_restart()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => fixture.ApplyAsync(HostFixture.Put($"key-{i}", $"value-{i}"))));
        long revision = fixture.Replica.View.Revision;
        Assert.Equal(501, revision);
        for (int start = 0; start < 3; start++)
        {
            await fixture.CloseAsync();
            await fixture.OpenAsync();
            Assert.Equal(revision, fixture.Replica.View.Revision);
            Assert.Equal("value-123", await fixture.ReadAsync("key-123"));
            Assert.Equal(500, fixture.Replica.View.KeyCount);
        }
    }

    [Fact]
    public async Task Log_is_cut_when_the_state_is_durable_and_a_restart_still_finds_everything()
    {
        await using var fixture = new HostFixture { Options = new PartitionReplicaOptions { FlushEntries = 50, CatchUpEntries = 10 } };
        await fixture.OpenAsync();
        for (int i = 0; i < 400; i++)
        {
            await fixture.ApplyAsync(HostFixture.Put($"key-{i % 7}", $"{i}"));
        }

        await fixture.CloseAsync();
        await fixture.OpenAsync();
        Assert.Equal(401, fixture.Replica.View.Revision);
        Assert.Equal("399", await fixture.ReadAsync($"key-{399 % 7}"));
        Assert.Equal("393", await fixture.ReadAsync($"key-{393 % 7}"));
    }

    [Fact]
    public async Task Read_that_meets_a_damaged_file_ends_the_host()
    {
        await using var fixture = new HostFixture { Options = new PartitionReplicaOptions { CachedValueBytes = 0 } };
        await fixture.OpenAsync();
        for (int i = 0; i < 100; i++)
        {
            await fixture.ApplyAsync(HostFixture.Put($"key-{i}", new string((char)('a' + (i % 26)), 1_000)));
        }

        await fixture.CloseAsync();
        await fixture.OpenAsync();
        Damage(Directory.GetFiles(fixture.Folder, "*.sst", SearchOption.AllDirectories).MaxBy(path => new FileInfo(path).Length)!);

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await fixture.ReadAsync($"key-{i}");
            }
        });

        var failure = await fixture.Host.Failed.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Contains(".sst", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_host_on_the_directory_is_refused()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        await Assert.ThrowsAnyAsync<IOException>(fixture.OpenAsync);
    }

    [Fact]
    public async Task Calls_end_when_the_host_stops_and_come_to_an_end_afterwards_too()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        var replica = fixture.Replica;
        Task<ProposalOutcome>[] waiting = [.. Enumerable.Range(0, 50).Select(i => replica.ProposeAsync(HostFixture.Put($"{i}", "value")))];
        await fixture.CloseAsync();
        Assert.All(await Task.WhenAll(waiting), outcome => Assert.True(outcome.End is ProposalEnd.Applied or ProposalEnd.Stopped));
        Assert.Equal(ProposalEnd.Stopped, (await replica.ProposeAsync(HostFixture.Put("late", "value"))).End);
        Assert.Equal(ReadEnd.Stopped, (await replica.ReadAsync()).End);
        await Assert.ThrowsAsync<InvalidOperationException>(() => replica.QueryAsync(state => state.AppliedIndex));
    }

    [Fact]
    public async Task Refusals_of_the_state_machine_come_back_as_results()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        var outcome = await fixture.Replica.ProposeAsync(HostFixture.Put("key", "value", lease: 7));
        Assert.Equal(ProposalEnd.Applied, outcome.End);
        Assert.Equal(ApplyError.LeaseNotFound, outcome.Result.Error);
        Assert.Equal(1, outcome.Result.Revision);
    }

    [Fact]
    public async Task Compaction_ends_with_nothing_left_to_remove()
    {
        await using var fixture = new HostFixture { Options = new PartitionReplicaOptions { CompactionSliceChanges = 16 } };
        await fixture.OpenAsync();
        for (int i = 0; i < 300; i++)
        {
            await fixture.ApplyAsync(HostFixture.Put("key", $"{i}"));
        }

        await fixture.ApplyAsync(new CompactCommand(300));
        await fixture.Replica.CompactionFinishedAsync();
        Assert.False(await fixture.Replica.QueryAsync(state => state.HasCompactionWork));
        Assert.Equal(300, fixture.Replica.View.CompactRevision);
        Assert.Equal("299", await fixture.ReadAsync("key"));
    }

    [Fact]
    public async Task Host_reports_a_store_that_fails_and_ends_what_waits()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();

        // A command that no version of this program knows can only come from a newer one: going on would let the replicas diverge.
        var outcome = await fixture.Replica.ProposeAsync(new byte[] { 99, 1 });
        Assert.Equal(ProposalEnd.Stopped, outcome.End);
        Assert.IsType<FormatException>(await fixture.Host.Failed);
    }

    /// <summary>Changes the first bytes of a file that is open, as a disk would.</summary>
    private static void Damage(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        byte[] bytes = new byte[64];
        file.ReadExactly(bytes);
        file.Position = 0;
        file.Write([.. bytes.Select(octet => (byte)~octet)]);
    }
}
