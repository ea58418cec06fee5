using Coordination.Raft;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Transport.Tests;

public sealed class HandshakeTests
{
    [Fact]
    public async Task A_member_of_another_cluster_is_refused()
    {
        await using var a = await TestMember.StartAsync(TestMember.Options(1) with { Cluster = new ClusterId(0xBAD) });
        await using var b = await TestMember.StartAsync(2);

        await a.Network.SetAsync(b.Id, [b.Url]);
        string line = await a.Log.NextAsync("is not reachable");

        Assert.EndsWith("This is a member of cluster c1, but the call comes from a member of cluster bad.", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_meant_for_another_member_is_refused()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);

        await a.Network.SetAsync(new MemberId(3), [b.Url]);
        string line = await a.Log.NextAsync("is not reachable");

        Assert.EndsWith("This is member 2, but the call is meant for member 3.", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coordination-protocol", "2", "speaks version 1 of the peer protocol, but the call is of version 2")]
    [InlineData("coordination-protocol", null, "lacks the metadata coordination-protocol")]
    [InlineData("coordination-cluster", "no number", "lacks the metadata coordination-cluster")]
    [InlineData("coordination-from", "2", "says that it comes from member 2")]
    [InlineData("coordination-from", "0", "says that it comes from member 0")]
    public async Task A_call_that_does_not_fit_is_refused(string key, string? value, string complaint)
    {
        await using var b = await TestMember.StartAsync(2);
        using var channel = GrpcChannel.ForAddress(b.Url);
        var metadata = Replace(Handshake.Greet(TestMember.Options(1), b.Id), key, value);
        using var call = new PeerTransport.PeerTransportClient(channel).Messages(
            metadata, cancellationToken: TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.InTime());

        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
        Assert.Contains(complaint, refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_damaged_ends_the_stream_and_is_not_delivered()
    {
        await using var b = await TestMember.StartAsync(2);
        using var channel = GrpcChannel.ForAddress(b.Url);
        using var call = new PeerTransport.PeerTransportClient(channel).Messages(
            Handshake.Greet(TestMember.Options(1), b.Id), cancellationToken: TestContext.Current.CancellationToken);
        byte[] good = Batches.Encode([(new PartitionId(1), Given.Numbered(1))]);
        await call.RequestStream.WriteAsync(Frame(good, Crc32C.Compute(good)), TestContext.Current.CancellationToken);
        Assert.Equal(Given.Numbered(1), (await b.Receiver.NextAsync()).Message);

        await call.RequestStream.WriteAsync(Frame(good, Crc32C.Compute(good) ^ 1), TestContext.Current.CancellationToken);
        var end = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.InTime());

        Assert.Equal(StatusCode.DataLoss, end.StatusCode);
    }

    [Fact]
    public async Task A_new_stream_of_a_member_ends_its_old_one()
    {
        await using var b = await TestMember.StartAsync(2);
        using var channel = GrpcChannel.ForAddress(b.Url);
        var client = new PeerTransport.PeerTransportClient(channel);
        var greeting = Handshake.Greet(TestMember.Options(1), b.Id);
        using var before = client.Messages(greeting, cancellationToken: TestContext.Current.CancellationToken);
        await before.ResponseHeadersAsync.InTime();
        byte[] batch = Batches.Encode([(new PartitionId(1), Given.Numbered(1))]);
        await before.RequestStream.WriteAsync(Frame(batch, Crc32C.Compute(batch)), TestContext.Current.CancellationToken);
        await b.Receiver.NextAsync();

        using var after = client.Messages(greeting, cancellationToken: TestContext.Current.CancellationToken);
        var end = await Assert.ThrowsAsync<RpcException>(() => before.ResponseAsync.InTime());
        await after.RequestStream.WriteAsync(Frame(batch, Crc32C.Compute(batch)), TestContext.Current.CancellationToken);

        Assert.Equal(StatusCode.Unavailable, end.StatusCode);
        Assert.Equal(Given.Numbered(1), (await b.Receiver.NextAsync()).Message);
    }

    private static MessageBatch Frame(byte[] bytes, uint crc) => new() { Messages = ByteString.CopyFrom(bytes), Crc32C = crc };

    private static Metadata Replace(Metadata metadata, string key, string? value)
    {
        var replaced = new Metadata();
        foreach (var entry in metadata.Where(entry => entry.Key != key))
        {
            replaced.Add(entry);
        }

        if (value is not null)
        {
            replaced.Add(key, value);
        }

        return replaced;
    }
}
