using System.Buffers;
using System.Buffers.Binary;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Google.Protobuf;
using KeyValue = Coordination.StateMachine.KeyValue;

namespace Coordination.Server.Tests;

/// <summary>What is written by hand must be what the generated code would have written.</summary>
public sealed class WatchResponseWriterTests
{
    private const ulong ClusterId = 0xca22_3654_a9a2_7337;
    private const ulong MemberId = 0x3745_45c2_18c3_619f;
    private const ulong Term = 9;

    public static TheoryData<string> Kinds => ["events", "part", "created", "refused", "canceled", "compacted", "progress", "negative id"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_response_is_what_the_generated_code_writes(string kind)
    {
        var (delivery, expected) = Sample(kind);

        byte[] written = WriteAll([delivery], blockBytes: 4096);

        Assert.Equal(Framed(expected), written);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(300)]
    [InlineData(4096)]
    public void Responses_lie_across_the_blocks_of_the_buffer(int blockBytes)
    {
        var samples = Kinds.Select(static kind => Sample(kind.Data)).ToList();
        var large = Sample("events", valueBytes: 200_000);
        samples.InsertRange(3, [large, large]);

        byte[] written = WriteAll([.. samples.Select(static sample => sample.Delivery)], blockBytes);

        Assert.Equal(samples.SelectMany(static sample => Framed(sample.Expected)), written);
    }

    [Fact]
    public void The_header_follows_the_revision_and_the_term()
    {
        var writer = new WatchResponseWriter(1, 2);
        var output = new BlockWriter(4096);
        writer.Write(output, [new(0, new WatchNotice(WatchNoticeKind.Created, 5))], 3);
        writer.Write(output, [new(1, new WatchNotice(WatchNoticeKind.Created, 6))], 3);
        writer.Write(output, [new(2, new WatchNotice(WatchNoticeKind.Created, 6))], 4);

        var headers = Parse(output.Written).Select(static response => (response.WatchId, response.Header.Revision,
            response.Header.RaftTerm));

        Assert.Equal([(0, 5, 3UL), (1, 6, 3UL), (2, 6, 4UL)], headers);
    }

    [Fact]
    public void A_lot_is_written_in_several_goes()
    {
        var sample = Sample("events", valueBytes: 1_000).Delivery;
        var deliveries = Enumerable.Repeat(sample, 200).ToArray();
        var writer = new WatchResponseWriter(ClusterId, MemberId);
        var output = new BlockWriter(4096);

        int first = writer.Write(output, deliveries, Term);

        Assert.InRange(first, 25, 40);
        Assert.Equal(first, Parse(output.Written).Count);
    }

    [Fact]
    public void An_event_with_the_key_before_it_is_what_the_generated_code_writes()
    {
        var current = new KeyValue([1], new byte[] { 2 }, 3, 4, 5, 6);
        var previous = new KeyValue([1], new byte[] { 9 }, 3, 3, 4, 0);
        var tombstone = new KeyValue([1], default, 0, 7, 0, 0);
        var encoder = new WatchEventEncoder();

        byte[] written = [.. encoder.Encode(new KeyEvent(current, default), previous), .. encoder.Encode(new KeyEvent(tombstone, default),
            null)];

        var events = WatchResponse.Parser.ParseFrom(written).Events;
        Assert.Equal(
            new Event
            {
                Kv = new() { Key = Bytes(1), Value = Bytes(2), CreateRevision = 3, ModRevision = 4, Version = 5, Lease = 6 },
                PrevKv = new() { Key = Bytes(1), Value = Bytes(9), CreateRevision = 3, ModRevision = 3, Version = 4 },
            },
            events[0]);
        Assert.Equal(
            new Event { Type = Event.Types.EventType.Delete, Kv = new() { Key = Bytes(1), ModRevision = 7 } }, events[1]);
    }

    private static (WatchDelivery Delivery, WatchResponse Expected) Sample(string kind, int valueBytes = 3)
    {
        var encoded = new Event { Kv = new() { Key = Bytes(1), Value = ByteString.CopyFrom(new byte[valueBytes]), ModRevision = 8 } };
        var events = new WatchNotice(WatchNoticeKind.Events, 8)
        {
            Events = new WatchResponse { Events = { encoded, encoded } }.ToByteArray(),
            EventCount = 2,
        };
        var header = new ResponseHeader { ClusterId = ClusterId, MemberId = MemberId, Revision = 8, RaftTerm = Term };
        var bare = new ResponseHeader { ClusterId = ClusterId, MemberId = MemberId, RaftTerm = Term };
        return kind switch
        {
            "events" => (new(7, events), new() { Header = header, WatchId = 7, Events = { encoded, encoded } }),
            "part" => (
                new(0, events with { IsFragment = true }), new() { Header = header, Fragment = true, Events = { encoded, encoded } }),
            "created" => (
                new(300, new WatchNotice(WatchNoticeKind.Created, 8)), new() { Header = header, WatchId = 300, Created = true }),
            "refused" => (
                new(-1, new WatchNotice(WatchNoticeKind.Refused, 8) { Refusal = WatchRefusal.DuplicateId }),
                new()
                {
                    Header = header,
                    WatchId = -1,
                    Created = true,
                    Canceled = true,
                    CancelReason = "mvcc: duplicate watch ID provided on the WatchStream",
                }),
            "canceled" => (
                new(1, new WatchNotice(WatchNoticeKind.Canceled, 8)), new() { Header = header, WatchId = 1, Canceled = true }),
            "compacted" => (
                new(1, new WatchNotice(WatchNoticeKind.Compacted, 0) { CompactRevision = long.MaxValue }),
                new() { Header = bare, WatchId = 1, Canceled = true, CompactRevision = long.MaxValue }),
            "progress" => (new(-1, new WatchNotice(WatchNoticeKind.Progress, 8)), new() { Header = header, WatchId = -1 }),
            "negative id" => (
                new(long.MinValue, new WatchNotice(WatchNoticeKind.Created, 8)),
                new() { Header = header, WatchId = long.MinValue, Created = true }),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such sample."),
        };
    }

    private static byte[] WriteAll(WatchDelivery[] deliveries, int blockBytes)
    {
        var writer = new WatchResponseWriter(ClusterId, MemberId);
        var output = new BlockWriter(blockBytes);
        for (int written = 0; written < deliveries.Length;)
        {
            written += writer.Write(output, deliveries.AsSpan(written), Term);
        }

        return output.Written;
    }

    private static byte[] Framed(WatchResponse response)
    {
        byte[] message = response.ToByteArray();
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static List<WatchResponse> Parse(ReadOnlySpan<byte> frames)
    {
        var responses = new List<WatchResponse>();
        while (!frames.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(frames[1..]);
            responses.Add(WatchResponse.Parser.ParseFrom(frames.Slice(5, length)));
            frames = frames[(5 + length)..];
        }

        return responses;
    }

    private static ByteString Bytes(byte only) => ByteString.CopyFrom(only);

    /// <summary>Gives out blocks as a connection does: as large as is asked for, but hardly ever larger than usual.</summary>
    private sealed class BlockWriter(int blockBytes) : IBufferWriter<byte>
    {
        private readonly List<byte> _written = [];
        private byte[] _block = [];
        private int _used;

        public byte[] Written => [.. _written];

        public void Advance(int count)
        {
            _written.AddRange(_block.AsSpan(_used, count));
            _used += count;
        }

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (_block.Length - _used < Math.Max(1, sizeHint))
            {
                _block = new byte[Math.Max(sizeHint, blockBytes)];
                _used = 0;
            }

            return _block.AsMemory(_used);
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
