using Coordination.Raft;

namespace Coordination.Transport.Tests;

public sealed class PeerNetworkTests
{
    private static readonly PartitionId Partition = new(7);

    [Fact]
    public async Task A_peer_can_move_to_another_url()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var before = await TestMember.StartAsync(2);
        await using var after = await TestMember.StartAsync(2);
        await a.ConnectAsync(before.Id, before.Url);

        await a.ConnectAsync(after.Id, after.Url);
        a.Network.Send(after.Id, Partition, Given.Numbered(1));

        Assert.Equal(Given.Numbered(1), (await after.Receiver.NextAsync()).Message);
        Assert.Equal([after.Url], Assert.Single(a.Network.GetStatus()).Urls);
    }

    [Fact]
    public async Task To_tell_of_a_peer_again_changes_nothing()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await a.ConnectAsync(b.Id, b.Url);
        var since = a.StatusOf(b.Id).ConnectedSince;

        await a.Network.SetAsync(b.Id, [b.Url]);

        Assert.Equal(since, a.StatusOf(b.Id).ConnectedSince);
    }

    [Fact]
    public async Task A_removed_peer_is_gone()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await a.ConnectAsync(b.Id, b.Url);

        await a.Network.RemoveAsync(b.Id);
        await a.Network.RemoveAsync(b.Id);
        a.Network.Send(b.Id, Partition, Given.Numbered(1));
        var forwarded = await a.Network.ForwardAsync(b.Id, default, TestContext.Current.CancellationToken);

        Assert.Empty(a.Network.GetStatus());
        Assert.Equal(ForwardOutcome.NotSent, forwarded.Outcome);
    }

    [Fact]
    public async Task What_is_sent_and_received_is_counted_on_both_sides()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await b.ConnectAsync(a.Id, a.Url);
        await a.ConnectAsync(b.Id, b.Url);
        a.Network.Send(b.Id, Partition, Given.Numbered(1));
        a.Network.Send(b.Id, Partition, Given.Append(1, entries: 1, bytes: 300));
        await b.Receiver.NextAsync(message => message is AppendRequest);

        // The end of both connections is the end of counting.
        await a.DisposeAsync();
        await b.Log.NextAsync("is not reachable");

        var status = Assert.Single(b.Network.GetStatus());
        Assert.Equal(2, status.MessagesReceived);
        Assert.InRange(status.BytesReceived, 300, 400);
    }

    [Fact]
    public async Task A_member_is_no_peer_of_itself_and_a_peer_has_a_url()
    {
        await using var a = await TestMember.StartAsync(1);

        await Assert.ThrowsAsync<ArgumentException>(async () => await a.Network.SetAsync(a.Id, [a.Url]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await a.Network.SetAsync(new MemberId(2), []));
    }

    [Fact]
    public async Task Peers_cannot_be_added_to_a_network_that_stopped()
    {
        await using var a = await TestMember.StartAsync(1);
        await a.Network.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await a.Network.SetAsync(new MemberId(2), [a.Url]));
    }

    [Fact]
    public void Options_that_cannot_work_are_refused()
    {
        PeerTransportOptions good = TestMember.Options(1);
        PeerTransportOptions[] bad =
        [
            good with { Member = default },
            good with { PingInterval = TimeSpan.FromMilliseconds(999) },
            good with { ReconnectDelay = TimeSpan.Zero },
            good with { ReconnectDelayMax = TimeSpan.FromMilliseconds(1) },
            good with { SnapshotChunkBytes = 300 * 1024 },
            good with { QueueBytesMax = 0 },
        ];

        Assert.All(bad, options => Assert.Throws<ArgumentException>(
            () => new PeerNetwork(options, new RecordingReceiver(), new LogRecorder(), TimeProvider.System)));
    }
}
