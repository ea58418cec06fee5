using System.Buffers;
using Coordination.Raft;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Transport;

/// <summary>
/// Encodes what waits in the queue and writes it to the stream of the connection that is up: everything that is there goes in one batch,
/// so batches grow with the load by themselves. Used by the link's loop alone.
/// </summary>
internal sealed class MessageSender
{
    private const int BuffersPerBatchMax = 4;

    private readonly SendQueue _queue;
    private readonly PeerCounters _counters;
    private readonly int _batchBytesMax;
    private readonly HashSet<PartitionId> _unconfirmed = [];
    private ArrayBufferWriter<byte> _bytes = new();
    private MessageBatchWriter _writer;
    private long _takenBytes;

    public MessageSender(SendQueue queue, PeerCounters counters, int batchBytesMax)
    {
        _queue = queue;
        _counters = counters;
        _batchBytesMax = batchBytesMax;
        _writer = new MessageBatchWriter(_bytes);
    }

    /// <summary>Sends until the connection fails or is given up.</summary>
    public async Task RunAsync(IClientStreamWriter<MessageBatch> stream, CancellationToken cancellation)
    {
        while (await _queue.WaitAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                int messages = Encode();

                // The buffer is read before the write completes and not after, so the next batch may take it.
                var batch = new MessageBatch
                {
                    Messages = UnsafeByteOperations.UnsafeWrap(_bytes.WrittenMemory),
                    Crc32C = Crc32C.Compute(_bytes.WrittenSpan),
                };
                await stream.WriteAsync(batch, cancellation).ConfigureAwait(false);
                _counters.Sent(messages, _bytes.WrittenCount);
            }
            finally
            {
                _queue.Release(_takenBytes);
                _takenBytes = 0;
            }
        }
    }

    /// <summary>
    /// The connection is gone. How much of what was written to it arrived is unknown, so every partition that sent anything is told.
    /// </summary>
    public void ReportUnconfirmed(LossReporter losses)
    {
        foreach (var partition in _unconfirmed)
        {
            losses.Add(partition);
        }

        _unconfirmed.Clear();
    }

    /// <summary>The peer cannot be reached: what waits would be stale when it can.</summary>
    public void DropQueued(LossReporter losses)
    {
        while (_queue.TryTake(out var message))
        {
            _queue.Release(message.SizeBytes);
            _counters.Dropped();
            losses.Add(message.Partition);
        }
    }

    private int Encode()
    {
        int messages = 0;
        Empty();
        _writer.Begin();
        while (_bytes.WrittenCount < _batchBytesMax && _queue.TryTake(out var message))
        {
            _takenBytes += message.SizeBytes;
            _unconfirmed.Add(message.Partition);
            _writer.Write(message.Partition, message.Message);
            messages++;
        }

        return messages;
    }

    /// <summary>The buffer is kept for the next batch, unless a single large entry made it many times as large as batches are.</summary>
    private void Empty()
    {
        if (_bytes.Capacity > BuffersPerBatchMax * (long)_batchBytesMax)
        {
            _bytes = new ArrayBufferWriter<byte>();
            _writer = new MessageBatchWriter(_bytes);
        }

        _bytes.ResetWrittenCount();
    }
}
