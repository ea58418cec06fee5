using System.Buffers.Binary;

namespace Coordination.Server.Tests;

/// <summary>An HTTP/2 frame, to be sent or as received.</summary>
internal sealed record Frame(byte Type, byte Flags, int StreamId, byte[] Payload)
{
    public const byte DataType = 0x0;
    public const byte HeadersType = 0x1;
    public const byte PriorityType = 0x2;
    public const byte ResetType = 0x3;
    public const byte SettingsType = 0x4;
    public const byte PingType = 0x6;
    public const byte GoAwayType = 0x7;
    public const byte WindowUpdateType = 0x8;
    public const byte ContinuationType = 0x9;

    public const byte EndStream = 0x1;
    public const byte Acknowledgement = 0x1;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;
    public const byte Priority = 0x20;

    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public bool EndsStream => Type is DataType or HeadersType && (Flags & EndStream) != 0;

    public static Frame Headers(int streamId, byte[] block, byte flags = EndHeaders | EndStream) =>
        new(HeadersType, flags, streamId, block);

    public static Frame Data(int streamId, byte[] data, byte flags = EndStream) => new(DataType, flags, streamId, data);

    public static Frame Continuation(int streamId, byte[] block, byte flags = EndHeaders) => new(ContinuationType, flags, streamId, block);

    public static Frame WindowUpdate(int streamId, int increment) => new(WindowUpdateType, 0, streamId, BigEndian(increment));

    public static Frame Ping() => new(PingType, 0, 0, new byte[8]);

    public static Frame Reset(int streamId) => new(ResetType, 0, streamId, BigEndian(8));

    public static Frame Settings() => new(SettingsType, 0, 0, []);

    /// <summary>A HEADERS frame with padding and with a priority, each if wanted, around the block.</summary>
    public static Frame DecoratedHeaders(int streamId, byte[] block, int? padding, bool priority, byte flags = EndHeaders | EndStream)
    {
        byte[] before = priority ? [0, 0, 0, 0, 16] : [];
        byte[] length = padding is { } octets ? [(byte)octets] : [];
        byte allFlags = (byte)(flags | (padding is null ? 0 : Padded) | (priority ? Priority : 0));
        return new Frame(HeadersType, allFlags, streamId, [.. length, .. before, .. block, .. new byte[padding ?? 0]]);
    }

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[9 + Payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Payload.Length << 8);
        bytes[3] = Type;
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), StreamId);
        Payload.CopyTo(bytes, 9);
        return bytes;
    }

    private static byte[] BigEndian(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
