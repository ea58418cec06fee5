using Coordination.Raft;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Transport.Tests;

/// <summary>Transfers that no member would send.</summary>
public sealed class HostileSnapshotTests
{
    private const int Total = 100;

    [Fact]
    public Task A_damaged_chunk_is_refused_and_what_came_before_is_kept() => AssertRefusedAsync(
        "The chunk at 40 of a snapshot is damaged.", kept: 40, Chunk(0, 40), Chunk(40, 40, damage: 1));

    [Fact]
    public Task A_chunk_behind_a_gap_is_refused() => AssertRefusedAsync(
        "does not fit", kept: 40, Chunk(0, 40), Chunk(41, 40));

    [Fact]
    public Task A_chunk_beyond_the_total_is_refused() => AssertRefusedAsync(
        "does not fit", kept: 40, Chunk(0, 40), Chunk(40, 61));

    [Fact]
    public Task An_empty_chunk_is_refused() => AssertRefusedAsync("does not fit", kept: 0, Chunk(0, 0));

    [Fact]
    public Task A_second_header_is_refused() => AssertRefusedAsync("is no chunk", kept: 0, Header());

    [Fact]
    public async Task An_end_before_the_total_is_refused()
    {
        await using var b = await TestMember.StartAsync(2);
        var snapshot = new MemorySnapshot([]);
        b.Receiver.OpenSnapshot = _ => snapshot.Open();
        using var channel = GrpcChannel.ForAddress(b.Url);
        using var call = Open(channel, b.Id);
        await WriteAsync(call, Header());
        await WriteAsync(call, Chunk(0, 40));
        await call.RequestStream.CompleteAsync();

        Assert.Contains("ended after 40", (await ReadToEndAsync(call)).Detail, StringComparison.Ordinal);
        Assert.False(snapshot.IsComplete);
    }

    [Fact]
    public async Task A_transfer_without_a_header_is_refused()
    {
        await using var b = await TestMember.StartAsync(2);
        using var channel = GrpcChannel.ForAddress(b.Url);
        using var call = Open(channel, b.Id);
        await WriteAsync(call, Chunk(0, 40));

        var end = await ReadToEndAsync(call);

        Assert.Equal((StatusCode.DataLoss, "A snapshot begins without a header."), (end.StatusCode, end.Detail));
    }

    [Fact]
    public async Task A_header_that_announces_something_else_is_refused()
    {
        await using var b = await TestMember.StartAsync(2);
        using var channel = GrpcChannel.ForAddress(b.Url);
        using var call = Open(channel, b.Id);
        await WriteAsync(call, Header(Given.Numbered(1)));

        Assert.Contains("something else", (await ReadToEndAsync(call)).Detail, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(string complaint, int kept, params SnapshotPart[] parts)
    {
        await using var b = await TestMember.StartAsync(2);
        var snapshot = new MemorySnapshot([]);
        b.Receiver.OpenSnapshot = _ => snapshot.Open();
        using var channel = GrpcChannel.ForAddress(b.Url);
        using var call = Open(channel, b.Id);
        await WriteAsync(call, Header());
        foreach (var part in parts)
        {
            await WriteAsync(call, part);
        }

        var end = await ReadToEndAsync(call);

        Assert.Equal(StatusCode.DataLoss, end.StatusCode);
        Assert.Contains(complaint, end.Detail, StringComparison.Ordinal);
        Assert.Equal(kept, snapshot.Arrived.Length);
        Assert.False(snapshot.IsComplete);
    }

    private static AsyncDuplexStreamingCall<SnapshotPart, SnapshotAnswer> Open(GrpcChannel channel, MemberId to) =>
        new PeerTransport.PeerTransportClient(channel).SendSnapshot(
            Handshake.Greet(TestMember.Options(1), to), cancellationToken: TestContext.Current.CancellationToken);

    private static Task WriteAsync(AsyncDuplexStreamingCall<SnapshotPart, SnapshotAnswer> call, SnapshotPart part) =>
        call.RequestStream.WriteAsync(part, TestContext.Current.CancellationToken);

    private static async Task<Status> ReadToEndAsync(AsyncDuplexStreamingCall<SnapshotPart, SnapshotAnswer> call)
    {
        var end = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).InTime())
            {
                Assert.Equal(SnapshotAnswer.AnswerOneofCase.ResumeAt, call.ResponseStream.Current.AnswerCase);
            }
        });
        return end.Status;
    }

    private static SnapshotPart Header() => Header(new InstallSnapshot(
        Given.From, Given.To, new Term(5), new SnapshotMetadata(new LogIndex(1), new Term(1), Membership.Create([Given.From]))));

    private static SnapshotPart Header(Message announcement)
    {
        byte[] bytes = Batches.Encode([(new PartitionId(1), announcement)]);
        return new SnapshotPart
        {
            Header = new SnapshotHeader
            {
                Announcement = new MessageBatch { Messages = ByteString.CopyFrom(bytes), Crc32C = Crc32C.Compute(bytes) },
                TotalBytes = Total,
            },
        };
    }

    private static SnapshotPart Chunk(ulong offset, int length, uint damage = 0)
    {
        var data = new byte[length];
        return new SnapshotPart
        {
            Chunk = new SnapshotChunk { Offset = offset, Data = ByteString.CopyFrom(data), Crc32C = Crc32C.Compute(data) ^ damage },
        };
    }
}
