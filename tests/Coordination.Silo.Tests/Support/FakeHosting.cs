using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Coordination.Silo.Tests;

/// <summary>The replicas of a node: each answers with its member's id, how many calls it has had, and what it was asked.</summary>
internal sealed class FakeHosting(ulong member) : IPartitionHosting
{
    public const int HeaderSize = sizeof(ulong) + sizeof(long);

    private readonly ConcurrentDictionary<uint, Replica> _replicas = new() { [0] = new Replica() };
    private int _attachments;
    private int _stops;

    public ulong MemberId => member;

    public int Attachments => Volatile.Read(ref _attachments);

    public int Stops => Volatile.Read(ref _stops);

    /// <summary>Calls to partition 0 wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Task AttachAsync(uint partition, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attachments);
        return Task.CompletedTask;
    }

    public Task StartAsync(uint partition, EncodedBytes specification, CancellationToken cancellationToken)
    {
        _replicas.TryAdd(partition, new Replica());
        return Task.CompletedTask;
    }

    public Task StopAsync(uint partition, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _stops);
        _replicas.TryRemove(partition, out _);
        return Task.CompletedTask;
    }

    public async Task<EncodedBytes> InvokeAsync(uint partition, EncodedBytes command, CancellationToken cancellationToken)
    {
        Replica replica = Find(partition);
        await Gate.WaitAsync(cancellationToken);
        byte[] answer = new byte[HeaderSize + command.Memory.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(answer, member);
        BinaryPrimitives.WriteInt64LittleEndian(answer.AsSpan(sizeof(ulong)), Interlocked.Increment(ref replica.Calls));
        command.Memory.CopyTo(answer.AsMemory(HeaderSize));
        return new EncodedBytes(answer);
    }

    public Task<LeadershipMove> TransferLeadershipAsync(uint partition, ulong to, CancellationToken cancellationToken)
    {
        Find(partition).Leader = to;
        return Task.FromResult(LeadershipMove.Done);
    }

    public ReplicaReport GetReport(uint partition) => new(3, Find(partition).Leader, 10, 12, IsLearner: false);

    public static ulong MemberOf(EncodedBytes answer) => BinaryPrimitives.ReadUInt64LittleEndian(answer.Memory.Span);

    public static long CallsOf(EncodedBytes answer) => BinaryPrimitives.ReadInt64LittleEndian(answer.Memory.Span[sizeof(ulong)..]);

    private Replica Find(uint partition) => _replicas.TryGetValue(partition, out Replica? replica)
        ? replica
        : throw new PartitionNotHostedException(new ReplicaAddress(partition, member));

    private sealed class Replica
    {
        public long Calls;

        public ulong Leader { get; set; }
    }
}
