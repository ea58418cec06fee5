using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coordination.Benchmarks;

/// <summary>
/// One clear-text HTTP/2 connection that carries gRPC calls, and no more of HTTP/2 than they need. Owned by the event loop: one thread
/// receives, and everything that the calls write meanwhile leaves in one flush. It exists because the general-purpose client costs several
/// times as much processor time a call, which on a machine shared with the server is taken from the server under measurement.
/// </summary>
internal sealed class Http2Connection : IDisposable
{
    private const int WindowDefault = 65_535;

    /// <summary>What the server may send unasked, on a stream and in total.</summary>
    private const int ReceiveWindow = 1 << 30;

    private const int ReceiveWindowRenewal = ReceiveWindow / 4;
    private const int ReceiveBufferBytes = 256 * 1024;

    private readonly Socket _socket;
    private readonly HpackDecoder _decoder = new();
    private readonly FrameWriter _writer;
    private readonly Dictionary<int, GrpcCall> _calls = [];
    private readonly Queue<BlockedMessage> _blocked = [];
    private readonly byte[] _input = new byte[ReceiveBufferBytes];
    private int _inputLength;
    private int _nextStreamId = 1;
    private int _sendWindow = WindowDefault;
    private int _streamSendWindow = WindowDefault;
    private int _receivedBytes;

    public Http2Connection(IPEndPoint endpoint)
    {
        _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            _socket.Connect(endpoint);
        }
        catch (SocketException refused)
        {
            _socket.Dispose();
            throw new LoadException(refused.Message, refused);
        }

        _socket.Blocking = false;
        _writer = new FrameWriter(endpoint.ToString());
        _writer.WritePreface(ReceiveWindow);
        _writer.WriteWindowUpdate(0, ReceiveWindow - WindowDefault);
    }

    /// <summary>The descriptor for poll.</summary>
    public int Descriptor => (int)_socket.Handle;

    public bool HasOutput => !_writer.IsEmpty;

    public void Dispose() => _socket.Dispose();

    /// <summary>Starts a call that consists of this one request.</summary>
    public void StartUnary(GrpcCall call, GrpcMethod method, ReadOnlySpan<byte> message) =>
        Write(call, method, message, FrameFlags.EndStream);

    /// <summary>Starts a call that may send further messages.</summary>
    public void StartStream(GrpcCall call, GrpcMethod method, ReadOnlySpan<byte> message) => Write(call, method, message, FrameFlags.None);

    /// <summary>Sends a further message of a call begun by <see cref="StartStream"/>.</summary>
    public void Send(GrpcCall call, ReadOnlySpan<byte> message) => Write(call, null, message, FrameFlags.None);

    public void Flush() => _writer.Flush(_socket);

    /// <summary>Handles whatever has arrived.</summary>
    public void Receive()
    {
        while (true)
        {
            int room = _input.Length - _inputLength;
            int received = _socket.Receive(_input.AsSpan(_inputLength), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            if (error != SocketError.Success || received == 0)
            {
                throw new LoadException(
                    $"the server closed the connection ({(error == SocketError.Success ? "end of stream" : error)}) " +
                    $"with {_calls.Count} calls under way.");
            }

            _inputLength += received;
            int consumed = HandleFrames(_input.AsSpan(0, _inputLength));
            _inputLength -= consumed;
            _input.AsSpan(consumed, _inputLength).CopyTo(_input);
            if (received < room)
            {
                return;
            }
        }
    }

    private void Write(GrpcCall call, GrpcMethod? method, ReadOnlySpan<byte> message, FrameFlags flags)
    {
        int length = GrpcCall.MessagePrefixBytes + message.Length;
        if (length > FrameHeader.PayloadBytesMax)
        {
            throw new LoadException(
                $"a request of {message.Length} bytes does not fit into one frame of {FrameHeader.PayloadBytesMax} bytes: "
                + "use smaller values.");
        }

        if (_blocked.Count > 0 || !MaySend(call, method, length))
        {
            _blocked.Enqueue(new BlockedMessage(call, method, message.ToArray(), flags));
            return;
        }

        WriteNow(call, method, message, flags);
    }

    private bool MaySend(GrpcCall call, GrpcMethod? method, int length) =>
        length <= _sendWindow && length <= (method is null ? call.SendWindow : _streamSendWindow);

    private void WriteNow(GrpcCall call, GrpcMethod? method, ReadOnlySpan<byte> message, FrameFlags flags)
    {
        if (method is not null)
        {
            Open(call, method);
        }

        int length = GrpcCall.MessagePrefixBytes + message.Length;
        _sendWindow -= length;
        call.SendWindow -= length;
        _writer.WriteMessage(call.StreamId, message, flags);
    }

    private void Open(GrpcCall call, GrpcMethod method)
    {
        call.StreamId = _nextStreamId;
        call.SendWindow = _streamSendWindow;
        call.ReceivedBytes = 0;
        _nextStreamId += 2;
        _calls.Add(call.StreamId, call);
        _writer.WriteHeaders(call.StreamId, method);
    }

    private void ResumeBlocked()
    {
        while (_blocked.TryPeek(out BlockedMessage next) &&
               MaySend(next.Call, next.Method, GrpcCall.MessagePrefixBytes + next.Message.Length))
        {
            _blocked.Dequeue();
            WriteNow(next.Call, next.Method, next.Message, next.Flags);
        }
    }

    private int HandleFrames(ReadOnlySpan<byte> input)
    {
        int consumed = 0;
        while (input.Length - consumed >= FrameHeader.HeaderBytes)
        {
            ReadOnlySpan<byte> rest = input[consumed..];
            FrameHeader frame = FrameHeader.Read(rest);
            if (frame.Length > FrameHeader.PayloadBytesMax)
            {
                throw new LoadException($"the server sent a frame of {frame.Length} bytes, more than it may: is it an HTTP/2 server?");
            }

            if (rest.Length < FrameHeader.HeaderBytes + frame.Length)
            {
                break;
            }

            Handle(frame, rest.Slice(FrameHeader.HeaderBytes, frame.Length));
            consumed += FrameHeader.HeaderBytes + frame.Length;
        }

        return consumed;
    }

    private void Handle(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        switch (frame.Type)
        {
            case FrameType.Data:
                HandleData(frame, payload);
                break;
            case FrameType.Headers:
                HandleHeaders(frame, payload);
                break;
            case FrameType.ResetStream:
                if (_calls.Remove(frame.StreamId, out GrpcCall? call))
                {
                    call.End(GrpcOutcome.Reset(BinaryPrimitives.ReadUInt32BigEndian(payload)));
                }

                break;
            case FrameType.Settings when !frame.Flags.HasFlag(FrameHeader.Acknowledgement):
                HandleSettings(payload);
                break;
            case FrameType.Ping when !frame.Flags.HasFlag(FrameHeader.Acknowledgement):
                _writer.WritePingAcknowledgement(payload);
                break;
            case FrameType.WindowUpdate:
                HandleWindowUpdate(frame.StreamId, BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                break;
            case FrameType.GoAway:
                throw new LoadException(
                    $"the server ends the connection with error {BinaryPrimitives.ReadUInt32BigEndian(payload[4..])} " +
                    $"\"{Encoding.UTF8.GetString(payload[8..])}\".");
            case FrameType.Continuation or FrameType.PushPromise:
                throw new LoadException($"the server sent a {frame.Type} frame, which no etcd server does.");
            default:
                break;
        }
    }

    private void HandleData(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (RenewalIsDue(_receivedBytes += frame.Length))
        {
            _writer.WriteWindowUpdate(0, _receivedBytes);
            _receivedBytes = 0;
        }

        if (!_calls.TryGetValue(frame.StreamId, out GrpcCall? call))
        {
            return;
        }

        if (RenewalIsDue(call.ReceivedBytes += frame.Length))
        {
            _writer.WriteWindowUpdate(frame.StreamId, call.ReceivedBytes);
            call.ReceivedBytes = 0;
        }

        call.Receive(frame.Strip(payload));
        EndIfLast(frame, call);
    }

    private void HandleHeaders(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (!frame.Flags.HasFlag(FrameFlags.EndHeaders))
        {
            throw new LoadException("the server sent headers in more than one frame, which the load generator cannot read.");
        }

        // Headers of an unknown call must be read too: they change the table.
        _calls.TryGetValue(frame.StreamId, out GrpcCall? call);
        ResponseHeaders headers = call?.Headers ?? ResponseHeaders.Empty;
        _decoder.Decode(frame.Strip(payload), ref headers);
        if (call is not null)
        {
            call.Headers = headers;
            EndIfLast(frame, call);
        }
    }

    private void EndIfLast(FrameHeader frame, GrpcCall call)
    {
        if (frame.Flags.HasFlag(FrameFlags.EndStream))
        {
            _calls.Remove(frame.StreamId);
            call.End(GrpcOutcome.From(call.Headers));
        }
    }

    private void HandleSettings(ReadOnlySpan<byte> payload)
    {
        const int SettingBytes = 6;
        const ushort HeaderTableSize = 1;
        const ushort InitialWindowSize = 4;

        for (; payload.Length >= SettingBytes; payload = payload[SettingBytes..])
        {
            uint value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case HeaderTableSize when value < RequestHeaders.TableBytesNeeded:
                    throw new LoadException($"the server's header table of {value} bytes is too small for the load generator.");
                case InitialWindowSize:
                    int change = checked((int)value) - _streamSendWindow;
                    _streamSendWindow += change;
                    foreach (GrpcCall call in _calls.Values)
                    {
                        call.SendWindow += change;
                    }

                    break;
                default:
                    break;
            }
        }

        _writer.WriteSettingsAcknowledgement();
        ResumeBlocked();
    }

    private void HandleWindowUpdate(int streamId, int increment)
    {
        if (streamId == 0)
        {
            _sendWindow += increment;
        }
        else if (_calls.TryGetValue(streamId, out GrpcCall? call))
        {
            call.SendWindow += increment;
        }

        ResumeBlocked();
    }

    private static bool RenewalIsDue(int receivedBytes) => receivedBytes >= ReceiveWindowRenewal;

    /// <summary>Waits for the server's permission to send; <paramref name="Method"/> is null when its call is open.</summary>
    private readonly record struct BlockedMessage(GrpcCall Call, GrpcMethod? Method, byte[] Message, FrameFlags Flags);
}
