using System.Buffers.Binary;

namespace Coordination.Benchmarks;

/// <summary>
/// One gRPC call at a time on a connection: puts the messages of the response together and hands them on. A call that ended can be
/// started again, so that a client with its next request needs no new object. Belongs to the thread of the event loop.
/// </summary>
internal abstract class GrpcCall
{
    /// <summary>A flag for compression and a length of 32 bits precede every message.</summary>
    public const int MessagePrefixBytes = 5;

    private byte[] _partial = [];
    private int _partialLength;

    /// <summary>The HTTP/2 stream of the call under way. Set by the connection.</summary>
    public int StreamId { get; set; }

    /// <summary>How many bytes the server is still ready to take on this stream. Kept by the connection.</summary>
    public int SendWindow { get; set; }

    /// <summary>Bytes received since the server was last told to go on. Kept by the connection.</summary>
    public int ReceivedBytes { get; set; }

    /// <summary>The headers so far of the response under way. Kept by the connection.</summary>
    public ResponseHeaders Headers { get; set; } = ResponseHeaders.Empty;

    /// <summary>Takes a whole message of the response; the memory is the connection's again when this returns.</summary>
    protected abstract void OnMessage(ReadOnlySpan<byte> message);

    /// <summary>The call has ended; the same object may be started again from here.</summary>
    protected abstract void OnEnd(GrpcOutcome outcome);

    /// <summary>Takes the next bytes of the response.</summary>
    public void Receive(ReadOnlySpan<byte> data)
    {
        if (_partialLength > 0)
        {
            Append(data);
            int consumed = DeliverMessages(_partial.AsSpan(0, _partialLength));
            _partial.AsSpan(consumed, _partialLength - consumed).CopyTo(_partial);
            _partialLength -= consumed;
            return;
        }

        Append(data[DeliverMessages(data)..]);
    }

    /// <summary>Forgets what the ended call left and reports its end.</summary>
    public void End(GrpcOutcome outcome)
    {
        bool isCut = _partialLength > 0;
        _partialLength = 0;
        Headers = ResponseHeaders.Empty;
        OnEnd(isCut && outcome.IsOk ? GrpcOutcome.From(ResponseHeaders.Empty) : outcome);
    }

    private int DeliverMessages(ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        while (data.Length - consumed >= MessagePrefixBytes)
        {
            ReadOnlySpan<byte> rest = data[consumed..];
            int length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
            if (rest.Length < MessagePrefixBytes + length)
            {
                break;
            }

            if (rest[0] != 0)
            {
                throw new LoadException("the server sent a compressed message, which nobody asked for.");
            }

            OnMessage(rest.Slice(MessagePrefixBytes, length));
            consumed += MessagePrefixBytes + length;
        }

        return consumed;
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        if (_partial.Length < _partialLength + data.Length)
        {
            Array.Resize(ref _partial, Math.Max(_partialLength + data.Length, _partial.Length * 2));
        }

        data.CopyTo(_partial.AsSpan(_partialLength));
        _partialLength += data.Length;
    }
}
