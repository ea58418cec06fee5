using System.Buffers.Binary;

namespace Coordination.Benchmarks;

/// <summary>The frame types of RFC 9113, section 6, that occur between a gRPC server and a client.</summary>
internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    ResetStream = 3,
    Settings = 4,
    PushPromise = 5,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>The flags of those frames.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,
    EndStream = 0x1,
    EndHeaders = 0x4,
    Padded = 0x8,
    Priority = 0x20,
}

/// <summary>The nine octets before the payload of a frame.</summary>
internal readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int StreamId)
{
    public const int HeaderBytes = 9;

    /// <summary>What either side may send as long as nobody says otherwise (RFC 9113, section 6.5.2).</summary>
    public const int PayloadBytesMax = 16_384;

    /// <summary>In frames that belong to no stream, the same bit says that they are answers.</summary>
    public const FrameFlags Acknowledgement = FrameFlags.EndStream;

    public static FrameHeader Read(ReadOnlySpan<byte> octets) => new(
        BinaryPrimitives.ReadInt32BigEndian(octets) >>> 8,
        (FrameType)octets[3],
        (FrameFlags)octets[4],
        BinaryPrimitives.ReadInt32BigEndian(octets[5..]) & int.MaxValue);

    public void Write(Span<byte> octets)
    {
        BinaryPrimitives.WriteInt32BigEndian(octets, Length << 8);
        octets[3] = (byte)Type;
        octets[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(octets[5..], StreamId);
    }

    /// <summary>The payload without padding and priority.</summary>
    public ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> payload)
    {
        if (Flags.HasFlag(FrameFlags.Padded))
        {
            payload = payload[1..^payload[0]];
        }

        return Type == FrameType.Headers && Flags.HasFlag(FrameFlags.Priority) ? payload[5..] : payload;
    }
}
