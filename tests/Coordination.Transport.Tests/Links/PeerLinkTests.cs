using Coordination.Raft;

namespace Coordination.Transport.Tests;

public sealed class PeerLinkTests
{
    private static readonly PartitionId Partition = new(7);

    [Fact]
    public async Task Messages_arrive_in_the_order_in_which_they_were_sent()
    {
        const ulong Count = 20_000;
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await a.ConnectAsync(b.Id, b.Url);

        for (ulong number = 1; number <= Count; number++)
        {
            a.Network.Send(b.Id, Partition, Given.Numbered(number));
        }

        for (ulong number = 1; number <= Count; number++)
        {
            Assert.Equal((a.Id, Partition, Given.Numbered(number)), await b.Receiver.NextAsync());
        }

        var status = a.StatusOf(b.Id);
        Assert.NotNull(status.ConnectedSince);
        Assert.Equal(0, status.MessagesDropped);
        Assert.InRange(status.BatchesSent, 1, (long)Count);
    }

    [Fact]
    public async Task What_waits_goes_in_one_batch()
    {
        await using var a = await TestMember.StartAsync(TestMember.Options(1) with { HandshakeTimeout = Patience.Limit });
        await using var b = await TestMember.StartAsync(2);
        await using var relay = new Relay(b.Url);
        relay.Freeze();
        await a.Network.SetAsync(b.Id, [relay.Url]);
        for (ulong number = 1; number <= 1000; number++)
        {
            a.Network.Send(b.Id, Partition, Given.Numbered(number));
        }

        relay.Thaw();
        await b.Receiver.NextAsync(message => message == Given.Numbered(1000));

        // A batch is counted after its write, which may end after it has arrived: of two batches one is sure to be counted.
        a.Network.Send(b.Id, Partition, Given.Numbered(1001));
        await b.Receiver.NextAsync(message => message == Given.Numbered(1001));
        var status = a.StatusOf(b.Id);
        Assert.Equal(status.BatchesSent == 1 ? 1000 : 1001, status.MessagesSent);
        Assert.InRange(status.BatchesSent, 1, 2);
    }

    [Fact]
    public async Task A_batch_ends_soon_after_its_limit()
    {
        await using var a = await TestMember.StartAsync(
            TestMember.Options(1) with { HandshakeTimeout = Patience.Limit, BatchBytesMax = 10_000 });
        await using var b = await TestMember.StartAsync(2);
        await using var relay = new Relay(b.Url);
        relay.Freeze();
        await a.Network.SetAsync(b.Id, [relay.Url]);
        for (ulong number = 1; number <= 100; number++)
        {
            a.Network.Send(b.Id, Partition, Given.Append(number, entries: 1, bytes: 1000));
        }

        relay.Thaw();
        await b.Receiver.NextAsync(message => message is AppendRequest { PreviousIndex.Value: 100 });

        a.Network.Send(b.Id, Partition, Given.Numbered(1));
        await b.Receiver.NextAsync(message => message == Given.Numbered(1));
        Assert.InRange(a.StatusOf(b.Id).BatchesSent, 10, 11);
    }

    [Fact]
    public async Task An_entry_larger_than_the_limit_of_a_batch_arrives_alone()
    {
        const int EntryBytes = 20 * 1024 * 1024;
        await using var a = await TestMember.StartAsync(TestMember.Options(1) with { QueueBytesMax = 1024 * 1024 });
        await using var b = await TestMember.StartAsync(2);
        await a.ConnectAsync(b.Id, b.Url);

        a.Network.Send(b.Id, Partition, Given.Append(previous: 1, entries: 1, EntryBytes));

        var append = Assert.IsType<AppendRequest>((await b.Receiver.NextAsync()).Message);
        Assert.Equal(EntryBytes, append.Entries.Span[0].Data.Length);
    }

    [Fact]
    public async Task A_link_comes_back_after_its_peer_started_again()
    {
        await using var a = await TestMember.StartAsync(1);
        var b = await TestMember.StartAsync(2);
        await using var relay = new Relay(b.Url);
        await a.ConnectAsync(b.Id, relay.Url);
        a.Network.Send(b.Id, Partition, Given.Numbered(1));
        await b.Receiver.NextAsync();
        await b.DisposeAsync();
        await a.Log.NextAsync("is not reachable");

        await using var again = await TestMember.StartAsync(2);
        relay.PlugInto(again.Url);
        await a.Log.NextAsync("is reachable");
        a.Network.Send(b.Id, Partition, Given.Numbered(2));

        Assert.Equal(Given.Numbered(2), await again.Receiver.NextAsync(message => message == Given.Numbered(2)));
        Assert.Equal((Partition, b.Id), await a.Receiver.NextLossAsync());
        Assert.Equal(3, a.Log.All.Count);
    }

    [Fact]
    public async Task What_was_on_a_broken_connection_is_reported_once_for_each_partition()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await using var relay = new Relay(b.Url);
        await a.ConnectAsync(b.Id, relay.Url);
        for (uint partition = 1; partition <= 3; partition++)
        {
            a.Network.Send(b.Id, new PartitionId(partition), Given.Numbered(partition));
            a.Network.Send(b.Id, new PartitionId(partition), Given.Numbered(partition));
        }

        await b.Receiver.NextAsync(message => message == Given.Numbered(3));
        relay.Cut();

        List<uint> lost = [];
        for (int i = 0; i < 3; i++)
        {
            lost.Add((await a.Receiver.NextLossAsync()).Partition.Value);
        }

        Assert.Equal([1u, 2u, 3u], lost.Order());
    }

    [Fact]
    public async Task A_peer_that_does_not_read_costs_bounded_memory_and_the_losses_are_reported()
    {
        const int QueueBytesMax = 1024 * 1024;
        const int AppendBytes = 64 * 1024;
        await using var a = await TestMember.StartAsync(TestMember.Options(1) with { QueueBytesMax = QueueBytesMax });
        await using var b = await TestMember.StartAsync(2);
        await a.ConnectAsync(b.Id, b.Url);
        b.Receiver.Gate.Reset();
        a.Network.Send(b.Id, Partition, Given.Numbered(1));
        await b.Receiver.Blocked.Task.InTime();

        // The windows of HTTP/2 and the buffers of the sockets take some; then the queue fills.
        for (ulong i = 0; a.StatusOf(b.Id).MessagesDropped == 0; i++)
        {
            Assert.InRange(i, 0ul, 10_000ul);
            a.Network.Send(b.Id, Partition, Given.Append(i, entries: 1, AppendBytes));
        }

        Assert.Equal((Partition, b.Id), await a.Receiver.NextLossAsync());
        Assert.InRange(a.StatusOf(b.Id).QueuedBytes, QueueBytesMax - (2 * AppendBytes), QueueBytesMax);

        b.Receiver.Gate.Set();
        Assert.NotNull(await b.Receiver.NextAsync(message => message is AppendRequest { PreviousIndex.Value: 0 }));
    }

    [Fact]
    public async Task A_peer_that_falls_silent_is_noticed()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await using var relay = new Relay(b.Url);
        await a.ConnectAsync(b.Id, relay.Url);

        relay.Freeze();
        await a.Log.NextAsync("is not reachable");
        Assert.Null(a.StatusOf(b.Id).ConnectedSince);

        relay.Thaw();
        await a.Log.NextAsync("is reachable");
    }

    [Fact]
    public async Task A_peer_that_takes_connections_and_says_nothing_is_not_reachable()
    {
        await using var a = await TestMember.StartAsync(
            TestMember.Options(1) with { HandshakeTimeout = TimeSpan.FromMilliseconds(100) });
        await using var b = await TestMember.StartAsync(2);
        await using var relay = new Relay(b.Url);
        relay.Freeze();

        await a.Network.SetAsync(b.Id, [relay.Url]);

        Assert.EndsWith("There was no answer within 0.1 s.", await a.Log.NextAsync("is not reachable"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_peer_is_one_line_of_the_log_however_many_attempts_there_are()
    {
        await using var a = await TestMember.StartAsync(
            TestMember.Options(1) with { ReconnectDelay = TimeSpan.FromMilliseconds(1), ReconnectDelayMax = TimeSpan.FromMilliseconds(1) });
        await using var nowhere = new Relay();
        MemberId b = new(2);
        await a.Network.SetAsync(b, [nowhere.Url]);
        for (int attempt = 0; attempt < 10; attempt++)
        {
            a.Network.Send(b, Partition, Given.Numbered(1));
            await a.Receiver.NextLossAsync();
        }

        Assert.Single(a.Log.All);
    }

    [Fact]
    public async Task Nothing_is_kept_for_a_peer_that_cannot_be_reached()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var nowhere = new Relay();
        MemberId b = new(2);
        await a.Network.SetAsync(b, [nowhere.Url]);
        a.Network.Send(b, Partition, Given.Numbered(1));

        Assert.Equal((Partition, b), await a.Receiver.NextLossAsync());
        await a.Log.NextAsync("is not reachable");
        Assert.NotNull(a.StatusOf(b).LastError);
    }

    [Fact]
    public async Task The_urls_of_a_peer_are_tried_in_turn()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await using var nowhere = new Relay();
        await a.Network.SetAsync(b.Id, [nowhere.Url, b.Url]);

        string line = await a.Log.NextAsync("is reachable");

        Assert.Contains(b.Url.ToString(), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_connects_is_connected_to_at_once()
    {
        await using var a = await TestMember.StartAsync(
            TestMember.Options(1) with { ReconnectDelay = TimeSpan.FromHours(1), ReconnectDelayMax = TimeSpan.FromHours(1) });
        await using var relay = new Relay();
        await a.Network.SetAsync(new MemberId(2), [relay.Url]);
        await a.Log.NextAsync("is not reachable");

        await using var b = await TestMember.StartAsync(2);
        relay.PlugInto(b.Url);
        await b.ConnectAsync(a.Id, a.Url);

        await a.Log.NextAsync("is reachable");
    }

    [Fact]
    public async Task A_peer_whose_machine_refuses_connections_is_told_from_one_that_is_silent()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        var relay = new Relay(b.Url);
        await a.ConnectAsync(b.Id, relay.Url);

        relay.PlugInto(null);
        relay.Cut();
        Assert.Equal((b.Id, false), await a.Receiver.NextUnreachableAsync());
        Assert.Equal((b.Id, false), await a.Receiver.NextUnreachableAsync());

        await relay.DisposeAsync();
        while (await a.Receiver.NextUnreachableAsync() is not (_, IsRefused: true))
        {
        }
    }

    [Fact]
    public async Task A_peer_is_not_refused_while_one_of_its_addresses_answers()
    {
        await using var a = await TestMember.StartAsync(1);
        var gone = new Relay();
        await gone.DisposeAsync();
        await using var silent = new Relay();
        var b = new MemberId(2);
        await a.Network.SetAsync(b, [gone.Url, silent.Url]);
        for (int attempt = 0; attempt < 4; attempt++)
        {
            Assert.Equal((b, false), await a.Receiver.NextUnreachableAsync());
        }
    }
}
