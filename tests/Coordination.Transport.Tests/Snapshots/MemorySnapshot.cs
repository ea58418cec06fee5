using System.Collections.Concurrent;

namespace Coordination.Transport.Tests;

/// <summary>A snapshot to send, and a place that one arrives in: what arrived before stays for the next transfer.</summary>
internal sealed class MemorySnapshot(byte[] bytes) : ISnapshotSource
{
    private readonly List<byte> _arrived = [];

    public byte[] Arrived => [.. _arrived];

    /// <summary>Where each transfer began.</summary>
    public ConcurrentQueue<long> Resumed { get; } = [];

    public int LargestChunk { get; private set; }

    public bool IsComplete { get; private set; }

    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        bytes.AsMemory((int)offset, destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }

    public IIncomingSnapshot Open()
    {
        Resumed.Enqueue(_arrived.Count);
        return new Transfer(this, _arrived.Count);
    }

    private sealed class Transfer(MemorySnapshot snapshot, long resumeAt) : IIncomingSnapshot
    {
        public long ResumeAt => resumeAt;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellation)
        {
            snapshot._arrived.AddRange(chunk.Span);
            snapshot.LargestChunk = Math.Max(snapshot.LargestChunk, chunk.Length);
            return ValueTask.CompletedTask;
        }

        public ValueTask CompleteAsync(CancellationToken cancellation)
        {
            snapshot.IsComplete = true;
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
