using Coordination.Raft;

namespace Coordination.Transport.Tests;

public sealed class SnapshotTransferTests
{
    private static readonly InstallSnapshot Announcement = new(
        Given.From,
        Given.To,
        new Term(5),
        new SnapshotMetadata(new LogIndex(100), new Term(4), Membership.Create([Given.From, Given.To])));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128 * 1024)]
    [InlineData(3_000_001)]
    public async Task A_snapshot_arrives_whole(int length)
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        byte[] bytes = Bytes(length);
        var snapshot = new MemorySnapshot(bytes);
        SnapshotOffer? offered = null;
        b.Receiver.OpenSnapshot = offer =>
        {
            offered = offer;
            return snapshot.Open();
        };
        await a.ConnectAsync(b.Id, b.Url);

        var result = await SendAsync(a, b.Id, Offer(length), snapshot);

        Assert.Equal(SnapshotResult.Delivered, result);
        Assert.Equal(bytes, snapshot.Arrived);
        Assert.True(snapshot.IsComplete);
        Assert.InRange(snapshot.LargestChunk, 0, 128 * 1024);
        Assert.NotNull(offered);
        Assert.Equal(
            (new PartitionId(7), Announcement, (long)length), (offered.Partition, offered.Announcement, offered.TotalBytes));
        Assert.Equal("id"u8.ToArray(), offered.Identity.ToArray());
    }

    [Fact]
    public async Task A_transfer_that_was_cut_goes_on_where_it_was()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await using var relay = new Relay(b.Url);
        byte[] bytes = Bytes(4_000_000);
        var snapshot = new MemorySnapshot(bytes);
        b.Receiver.OpenSnapshot = _ => snapshot.Open();
        await a.ConnectAsync(b.Id, relay.Url);

        relay.CutAfter(1_500_000);
        var result = await SendAsync(a, b.Id, Offer(bytes.Length), snapshot);

        Assert.Equal(SnapshotOutcome.Delivered, result.Outcome);
        Assert.Equal(bytes, snapshot.Arrived);
        long[] resumed = [.. snapshot.Resumed];
        Assert.Equal(2, resumed.Length);
        Assert.Equal(0, resumed[0]);
        Assert.InRange(resumed[1], 128 * 1024, 1_500_000);
    }

    [Fact]
    public async Task A_snapshot_that_is_not_wanted_is_refused()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await a.ConnectAsync(b.Id, b.Url);

        var result = await SendAsync(a, b.Id, Offer(10), new MemorySnapshot(new byte[10]));

        Assert.Equal(SnapshotOutcome.Refused, result.Outcome);
        Assert.Contains("partition 7 at 100", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transfer_that_never_gets_further_ends()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var nowhere = new Relay();
        await a.Network.SetAsync(new MemberId(2), [nowhere.Url]);

        var result = await SendAsync(a, new MemberId(2), Offer(10), new MemorySnapshot(new byte[10]));

        Assert.Equal(SnapshotOutcome.Failed, result.Outcome);
        Assert.NotEmpty(result.Reason);
    }

    [Fact]
    public async Task Messages_pass_while_a_snapshot_stands_still()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await using var stalled = new StalledSnapshot();
        b.Receiver.OpenSnapshot = _ => stalled;
        await a.ConnectAsync(b.Id, b.Url);
        byte[] bytes = Bytes(8_000_000);
        using var giveUp = new CancellationTokenSource();
        var sending = a.Network.SendSnapshotAsync(b.Id, Offer(bytes.Length), new MemorySnapshot(bytes), giveUp.Token);
        await stalled.Reached.Task.InTime();

        a.Network.Send(b.Id, new PartitionId(7), Given.Numbered(1));
        Assert.Equal(Given.Numbered(1), (await b.Receiver.NextAsync()).Message);

        Assert.False(sending.IsCompleted);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.InTime());
    }

    private static Task<SnapshotResult> SendAsync(TestMember from, MemberId to, SnapshotOffer offer, MemorySnapshot snapshot) =>
        from.Network.SendSnapshotAsync(to, offer, snapshot, TestContext.Current.CancellationToken).InTime();

    private static SnapshotOffer Offer(int length) => new(new PartitionId(7), Announcement, length, "id"u8.ToArray());

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Takes one chunk and never ends with it.</summary>
    private sealed class StalledSnapshot : IIncomingSnapshot
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long ResumeAt => 0;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellation)
        {
            Reached.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellation);
        }

        public ValueTask CompleteAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
