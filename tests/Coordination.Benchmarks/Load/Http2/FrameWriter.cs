using System.Buffers.Binary;
using System.Net.Sockets;

namespace Coordination.Benchmarks;

/// <summary>Encodes the frames that a connection sends and gathers them for one flush.</summary>
internal sealed class FrameWriter(string authority)
{
    private const int SettingBytes = 6;
    private const int PingBytes = 8;
    private const ushort EnablePush = 2;
    private const ushort InitialWindowSize = 4;

    private readonly OutputBuffer _output = new();
    private readonly RequestHeaders _headers = new(authority);

    public bool IsEmpty => _output.IsEmpty;

    public void Flush(Socket socket) => _output.Flush(socket);

    /// <summary>What a client sends first: no pushes, and so many bytes may come on a stream before it renews its permission.</summary>
    public void WritePreface(int receiveWindow)
    {
        ReadOnlySpan<byte> preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
        preface.CopyTo(_output.Reserve(preface.Length));
        _output.Advance(preface.Length);

        Span<byte> settings = WriteFrame(2 * SettingBytes, FrameType.Settings, FrameFlags.None, 0);
        BinaryPrimitives.WriteUInt16BigEndian(settings, EnablePush);
        BinaryPrimitives.WriteUInt32BigEndian(settings[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(settings[SettingBytes..], InitialWindowSize);
        BinaryPrimitives.WriteInt32BigEndian(settings[(SettingBytes + 2)..], receiveWindow);
    }

    public void WriteHeaders(int streamId, GrpcMethod method)
    {
        Span<byte> frame = _output.Reserve(FrameHeader.HeaderBytes + RequestHeaders.BlockBytesMax);
        int length = _headers.Write(frame[FrameHeader.HeaderBytes..], method);
        new FrameHeader(length, FrameType.Headers, FrameFlags.EndHeaders, streamId).Write(frame);
        _output.Advance(FrameHeader.HeaderBytes + length);
    }

    /// <summary>Writes one gRPC message, uncompressed, as one frame.</summary>
    public void WriteMessage(int streamId, ReadOnlySpan<byte> message, FrameFlags flags)
    {
        Span<byte> payload = WriteFrame(GrpcCall.MessagePrefixBytes + message.Length, FrameType.Data, flags, streamId);
        payload[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(payload[1..], message.Length);
        message.CopyTo(payload[GrpcCall.MessagePrefixBytes..]);
    }

    public void WriteWindowUpdate(int streamId, int increment) =>
        BinaryPrimitives.WriteInt32BigEndian(WriteFrame(sizeof(int), FrameType.WindowUpdate, FrameFlags.None, streamId), increment);

    public void WriteSettingsAcknowledgement() => WriteFrame(0, FrameType.Settings, FrameHeader.Acknowledgement, 0);

    public void WritePingAcknowledgement(ReadOnlySpan<byte> ping) =>
        ping.CopyTo(WriteFrame(PingBytes, FrameType.Ping, FrameHeader.Acknowledgement, 0));

    /// <summary>Writes the head of a frame and returns the room for its payload.</summary>
    private Span<byte> WriteFrame(int length, FrameType type, FrameFlags flags, int streamId)
    {
        Span<byte> frame = _output.Reserve(FrameHeader.HeaderBytes + length);
        new FrameHeader(length, type, flags, streamId).Write(frame);
        _output.Advance(FrameHeader.HeaderBytes + length);
        return frame.Slice(FrameHeader.HeaderBytes, length);
    }
}
