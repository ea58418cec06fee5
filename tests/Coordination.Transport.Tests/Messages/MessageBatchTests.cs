using System.Runtime.InteropServices;
using Coordination.Raft;

namespace Coordination.Transport.Tests;

public sealed class MessageBatchTests
{
    public static TheoryData<MessageKind> Kinds => [.. Enum.GetValues<MessageKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_comes_back_as_it_went(MessageKind kind)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new RandomMessages(seed);
            (PartitionId, Message)[] messages = [(random.Partition(), random.Of(kind)), (random.Partition(), random.Of(kind))];

            Batches.AssertEqual(messages, Batches.Decode(Batches.Encode(messages)));
        }
    }

    [Fact]
    public void A_mixed_batch_comes_back_in_its_order()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var messages = new RandomMessages(seed).Batch(40);

            Batches.AssertEqual(messages, Batches.Decode(Batches.Encode(messages)));
        }
    }

    [Fact]
    public void A_batch_without_messages_is_one_byte()
    {
        byte[] bytes = Batches.Encode([]);

        Assert.Single(bytes);
        Assert.Empty(Batches.Decode(bytes));
    }

    [Fact]
    public void A_heartbeat_and_its_answer_take_a_few_bytes_each()
    {
        var heartbeats = Enumerable.Range(0, 1000).Select(i => (
            new PartitionId((uint)i),
            (Message)new HeartbeatRequest(new(ulong.MaxValue), new(ulong.MaxValue - 1), new(7), new(1_000_000), 5_000)));
        var answers = Enumerable.Range(0, 1000).Select(i => (
            new PartitionId((uint)i),
            (Message)new HeartbeatResponse(new(ulong.MaxValue), new(ulong.MaxValue - 1), new(7), 5_000)));

        Assert.InRange(Batches.Encode(heartbeats).Length, 0, 9 * 1000);
        Assert.InRange(Batches.Encode(answers).Length, 0, 6 * 1000);
    }

    [Fact]
    public void Data_of_entries_are_slices_of_the_batch()
    {
        byte[] bytes = Batches.Encode([(new PartitionId(1), Given.Append(previous: 5, entries: 3, bytes: 100))]);

        var append = Assert.IsType<AppendRequest>(Batches.Decode(bytes)[0].Message);

        Assert.All(append.Entries.ToArray(), entry =>
        {
            Assert.True(MemoryMarshal.TryGetArray(entry.Data, out var segment));
            Assert.Same(bytes, segment.Array);
        });
    }

    [Fact]
    public void An_append_with_a_gap_is_never_written()
    {
        var append = Given.Append(previous: 5, entries: 3, bytes: 1);

        Assert.Throws<InvariantViolationException>(
            () => Batches.Encode([(new PartitionId(1), append with { PreviousIndex = new LogIndex(4) })]));
    }

    /// <summary>A change of this file is a change of the protocol: see docs/peer-protocol.md.</summary>
    [Fact]
    public void The_bytes_are_those_of_version_1()
    {
        var messages = GoldenMessages();
        string golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "message-batch-1.hex")).TrimEnd();

        Assert.Equal(Enum.GetValues<MessageKind>(), messages.Select(item => item.Message.Kind).Order());
        Assert.Equal(golden, Convert.ToHexStringLower(Batches.Encode(messages)));
        Batches.AssertEqual(messages, Batches.Decode(Convert.FromHexString(golden)));
    }

    private static (PartitionId Partition, Message Message)[] GoldenMessages()
    {
        ReplicaId a = new(0x1122334455667788);
        ReplicaId b = new(2);
        var entries = new Entry[]
        {
            new(new(8), new(301), EntryKind.Empty, default),
            new(new(9), new(302), EntryKind.Command, "put"u8.ToArray()),
        };
        var members = Membership.Create([a, b], [b], [new(3)]);
        return
        [
            (new(0), new PreVoteRequest(a, b, new(9), new(300), new(8))),
            (new(1), new PreVoteResponse(a, b, new(9), new(8), Granted: true)),
            (new(2), new VoteRequest(a, b, new(10), new(300), new(8), CampaignCause.Transfer)),
            (new(7), new VoteResponse(b, a, new(10), Granted: false)),
            (new(6), new AppendRequest(a, b, new(9), new(300), new(8), entries, new(298))),
            (new(6), new AppendAccepted(b, a, new(9), new(302))),
            (new(uint.MaxValue), new AppendRejected(b, a, new(9), new(300), new(200), new(7))),
            (new(0), new HeartbeatRequest(a, b, new(9), new(302), 70_000)),
            (new(1), new HeartbeatResponse(a, b, new(9), 70_000)),
            (new(2), new InstallSnapshot(a, b, new(9), new SnapshotMetadata(new(250), new(8), members))),
            (new(3), new TimeoutNow(a, b, new(9))),
            (new(4), new ReadIndexRequest(a, b, new(9), new ReadBatchId(0xFFFF_FFFF_FFFF_FFFF, 1))),
            (new(5), new ReadIndexResponse(a, b, new(9), new ReadBatchId(5, 6), new(302))),
            (new(6), new Quiesce(a, b, new(9), new(302), new(9))),
            (new(7), new TermNotice(a, b, new(1UL << 63))),
        ];
    }
}
