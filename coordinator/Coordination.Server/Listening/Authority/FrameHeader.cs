using System.Buffers;
using System.Buffers.Binary;

namespace Coordination.Server;

/// <summary>The nine octets in front of every HTTP/2 frame (RFC 9113, section 4.1).</summary>
/// <param name="Length">Octets of the payload.</param>
/// <param name="Type">One of the constants here, or a type that is of no interest.</param>
/// <param name="Flags">The flags as they came.</param>
internal readonly record struct FrameHeader(int Length, byte Type, byte Flags)
{
    public const int Size = 9;

    public const byte Headers = 0x1;
    public const byte Continuation = 0x9;

    private const byte EndHeadersFlag = 0x4;
    private const byte PaddedFlag = 0x8;
    private const byte PriorityFlag = 0x20;
    private const int PriorityLength = 5;

    public bool EndsHeaders => (Flags & EndHeadersFlag) != 0;

    private bool IsPadded => Type == Headers && (Flags & PaddedFlag) != 0;

    /// <summary>Octets of the payload before the piece of the header block: the length of the padding, and the priority.</summary>
    public int FragmentOffset =>
        (IsPadded ? 1 : 0) + (Type == Headers && (Flags & PriorityFlag) != 0 ? PriorityLength : 0);

    /// <summary>Octets of the piece of the header block; negative when the frame is too short for what its flags say is in it.</summary>
    /// <param name="firstOctet">The first octet of the payload, which has the length of the padding where there is any.</param>
    public int FragmentLength(int firstOctet) => Length - FragmentOffset - (IsPadded ? firstOctet : 0);

    /// <summary>Reads the frame header at a position of <paramref name="bytes"/>, if all of it is there.</summary>
    public static bool TryRead(in ReadOnlySequence<byte> bytes, long position, out FrameHeader header)
    {
        ReadOnlySpan<byte> first = bytes.FirstSpan;
        if (first.Length - position >= Size)
        {
            header = Read(first[(int)position..]);
            return true;
        }

        if (bytes.Length - position < Size)
        {
            header = default;
            return false;
        }

        Span<byte> copy = stackalloc byte[Size];
        bytes.Slice(position, Size).CopyTo(copy);
        header = Read(copy);
        return true;
    }

    /// <summary>Reads a frame header.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32BigEndian(bytes) >>> 8,
        bytes[3],
        bytes[4]);
}
