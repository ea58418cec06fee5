using Coordination.Raft;

namespace Coordination.Transport.Tests;

/// <summary>Messages of every kind from a seed, with numbers near each other and at the ends of their ranges.</summary>
internal sealed class RandomMessages(int seed)
{
    private readonly Random _random = new(seed);

    public PartitionId Partition() => new((uint)Number());

    public Message Of(MessageKind kind)
    {
        ReplicaId from = new(Number());
        ReplicaId to = new(Number());
        Term term = new(Number());
        return kind switch
        {
            MessageKind.PreVoteRequest => new PreVoteRequest(from, to, term, Index(), Term()),
            MessageKind.PreVoteResponse => new PreVoteResponse(from, to, term, Term(), Flag()),
            MessageKind.VoteRequest => new VoteRequest(from, to, term, Index(), Term(), (CampaignCause)_random.Next(2)),
            MessageKind.VoteResponse => new VoteResponse(from, to, term, Flag()),
            MessageKind.AppendRequest => Append(from, to, term),
            MessageKind.AppendAccepted => new AppendAccepted(from, to, term, Index()),
            MessageKind.AppendRejected => new AppendRejected(from, to, term, Index(), Index(), Term()),
            MessageKind.HeartbeatRequest => new HeartbeatRequest(from, to, term, Index(), Number()),
            MessageKind.HeartbeatResponse => new HeartbeatResponse(from, to, term, Number()),
            MessageKind.InstallSnapshot => new InstallSnapshot(from, to, term, new SnapshotMetadata(Index(), Term(), Members())),
            MessageKind.TimeoutNow => new TimeoutNow(from, to, term),
            MessageKind.ReadIndexRequest => new ReadIndexRequest(from, to, term, Batch()),
            MessageKind.ReadIndexResponse => new ReadIndexResponse(from, to, term, Batch(), Index()),
            MessageKind.Quiesce => new Quiesce(from, to, term, Index(), Term()),
            MessageKind.TermNotice => new TermNotice(from, to, term),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of message."),
        };
    }

    public (PartitionId Partition, Message Message)[] Batch(int count)
    {
        var kinds = Enum.GetValues<MessageKind>();
        return [.. Enumerable.Range(0, count).Select(_ => (Partition(), Of(kinds[_random.Next(kinds.Length)])))];
    }

    private AppendRequest Append(ReplicaId from, ReplicaId to, Term term)
    {
        var previous = new LogIndex(Number() / 2);
        var entries = new Entry[_random.Next(5)];
        for (int i = 0; i < entries.Length; i++)
        {
            var data = new byte[_random.Next(300)];
            _random.NextBytes(data);
            entries[i] = new Entry(Term(), previous + (i + 1), (EntryKind)_random.Next(3), data);
        }

        return new AppendRequest(from, to, term, previous, Term(), entries, Index());
    }

    private Membership Members() => Membership.Create(
        [new ReplicaId(1), new ReplicaId(ulong.MaxValue), new ReplicaId((ulong)_random.Next(10, 20))],
        Flag() ? [new ReplicaId(1), new ReplicaId(2)] : [],
        Flag() ? [new ReplicaId(5)] : []);

    private bool Flag() => _random.Next(2) == 0;

    private LogIndex Index() => new(Number());

    private Term Term() => new(Number());

    private ReadBatchId Batch() => new(Number(), Number());

    private ulong Number() => _random.Next(6) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => (ulong)_random.NextInt64(),
        3 => 1UL << _random.Next(64),
        _ => (ulong)_random.Next(100),
    };
}
