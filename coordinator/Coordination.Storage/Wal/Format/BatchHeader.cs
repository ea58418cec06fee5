using System.Buffers.Binary;

namespace Coordination.Storage;

/// <summary>What the first sector of a batch holds before its payload (docs/disk-format.md).</summary>
/// <param name="Number">Counts the batches of the log from 1, across segments.</param>
/// <param name="DurableThrough">The last batch that was known to be durable when this one was written; below <paramref name="Number"/>.</param>
/// <param name="PayloadBytes">How many bytes of records the batch holds.</param>
internal readonly record struct BatchHeader(ulong Number, ulong DurableThrough, int PayloadBytes)
{
    /// <summary>Where the payload begins in the first sector.</summary>
    public const int PayloadOffset = 32;

    /// <summary>How much payload the first sector holds.</summary>
    public const int FirstBodyBytes = Sector.Bytes - PayloadOffset;

    private const int NumberOffset = Sector.HeaderBytes;
    private const int DurableThroughOffset = 20;
    private const int PayloadBytesOffset = 28;

    /// <summary>How many sectors a batch with that much payload takes; at least one.</summary>
    public static int SectorsFor(int payloadBytes) =>
        payloadBytes <= FirstBodyBytes ? 1 : 1 + (int)(((long)payloadBytes - FirstBodyBytes + Sector.BodyBytes - 1) / Sector.BodyBytes);

    public void Encode(Span<byte> sector)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sector[NumberOffset..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[DurableThroughOffset..], DurableThrough);
        BinaryPrimitives.WriteInt32LittleEndian(sector[PayloadBytesOffset..], PayloadBytes);
    }

    public static BatchHeader Decode(ReadOnlySpan<byte> sector) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(sector[NumberOffset..]),
        BinaryPrimitives.ReadUInt64LittleEndian(sector[DurableThroughOffset..]),
        BinaryPrimitives.ReadInt32LittleEndian(sector[PayloadBytesOffset..]));
}
