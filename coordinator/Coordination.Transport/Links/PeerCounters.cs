namespace Coordination.Transport;

/// <summary>Counts what passes between this member and a peer. Thread-safe.</summary>
internal sealed class PeerCounters
{
    private long _messagesSent;
    private long _bytesSent;
    private long _batchesSent;
    private long _messagesReceived;
    private long _bytesReceived;
    private long _messagesDropped;

    public long MessagesSent => Volatile.Read(ref _messagesSent);

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long BatchesSent => Volatile.Read(ref _batchesSent);

    public long MessagesReceived => Volatile.Read(ref _messagesReceived);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    public long MessagesDropped => Volatile.Read(ref _messagesDropped);

    public void Sent(int messages, int bytes)
    {
        Interlocked.Add(ref _messagesSent, messages);
        Interlocked.Add(ref _bytesSent, bytes);
        Interlocked.Increment(ref _batchesSent);
    }

    public void Received(int messages, int bytes)
    {
        Interlocked.Add(ref _messagesReceived, messages);
        Interlocked.Add(ref _bytesReceived, bytes);
    }

    public void Dropped() => Interlocked.Increment(ref _messagesDropped);
}
