using Grpc.Core;

namespace Coordination.Transport;

/// <summary>Takes the messages of one stream from a peer.</summary>
internal static class MessageReception
{
    /// <summary>Delivers until the stream ends. A sender that is no peer, or not yet, has no counters.</summary>
    /// <exception cref="FormatException">The peer sent what is no batch of messages.</exception>
    public static async Task RunAsync(
        IPeerReceiver receiver,
        MemberId sender,
        PeerCounters? counters,
        IAsyncStreamReader<MessageBatch> batches,
        CancellationToken cancellation)
    {
        while (await batches.MoveNext(cancellation).ConfigureAwait(false))
        {
            var batch = batches.Current;
            int count = Deliver(receiver, sender, batch);
            counters?.Received(count, batch.Messages.Length);
        }
    }

    /// <summary>Checks a batch, and begins to read it.</summary>
    public static MessageBatchReader Open(MessageBatch batch) =>
        Crc32C.Compute(batch.Messages.Span) == batch.Crc32C
            ? new MessageBatchReader(batch.Messages.Memory)
            : throw new FormatException($"A batch of {batch.Messages.Length} bytes is damaged.");

    private static int Deliver(IPeerReceiver receiver, MemberId sender, MessageBatch batch)
    {
        int count = 0;
        var reader = Open(batch);
        while (reader.TryRead(out var partition, out var message))
        {
            receiver.Receive(sender, partition, message);
            count++;
        }

        return count;
    }
}
