using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Coordination.Raft;

namespace Coordination.Transport;

/// <summary>A message on its way to a peer.</summary>
/// <param name="Partition">The partition that it belongs to.</param>
/// <param name="Message">The message.</param>
/// <param name="SizeBytes">What it counts for in the bound of the queue.</param>
internal readonly record struct QueuedMessage(PartitionId Partition, Message Message, long SizeBytes);

/// <summary>
/// What waits for one peer, bounded in bytes: those of messages that were taken out count until they are released, so that what is being
/// sent is bounded too. Filled by any thread, emptied by the link's loop.
/// </summary>
internal sealed class SendQueue(long bytesMax)
{
    /// <summary>What a message without entries is charged: about what it takes in memory.</summary>
    private const int MessageBytes = 128;

    private readonly Channel<QueuedMessage> _messages =
        Channel.CreateUnbounded<QueuedMessage>(new UnboundedChannelOptions { SingleReader = true });

    private long _bytes;

    /// <summary>Bytes of messages that are not released yet.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Adds a message; false when there is no room. A message beyond the bound is taken when nothing else is there.</summary>
    public bool TryAdd(PartitionId partition, Message message)
    {
        long size = SizeOf(message);
        long bytes = Interlocked.Add(ref _bytes, size);
        if ((bytes <= bytesMax || bytes == size) && _messages.Writer.TryWrite(new QueuedMessage(partition, message, size)))
        {
            return true;
        }

        Release(size);
        return false;
    }

    /// <summary>Completes when there is something to take.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _messages.Reader.WaitToReadAsync(cancellation);

    public bool TryTake([MaybeNullWhen(false)] out QueuedMessage message) => _messages.Reader.TryRead(out message);

    /// <summary>Makes room: messages of so many bytes have left, or are lost.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _bytes, -bytes);

    private static long SizeOf(Message message)
    {
        long size = MessageBytes;
        if (message is AppendRequest append)
        {
            foreach (var entry in append.Entries.Span)
            {
                size += entry.SizeBytes;
            }
        }

        return size;
    }
}
