using System.Buffers;
using System.Runtime.InteropServices;

namespace Coordination.Server;

/// <summary>
/// The pieces of one header block, which a HEADERS frame and the CONTINUATION frames behind it carry, as one writable whole. Nearly
/// always that is one piece in one buffer and is changed where it lies; otherwise the pieces are gathered and put back.
/// </summary>
internal static class HeaderFragments
{
    /// <summary>Runs the filter over a complete header block.</summary>
    /// <param name="frames">Exactly the frames of the block, each complete.</param>
    /// <param name="filter">The filter of the connection.</param>
    /// <returns>False when the frames or the block are malformed; Kestrel then ends the connection.</returns>
    public static bool TryRepair(in ReadOnlySequence<byte> frames, ref HeaderBlockFilter filter)
    {
        if (frames.IsSingleSegment)
        {
            Span<byte> bytes = Writable(frames.First);
            FrameHeader header = FrameHeader.Read(bytes);
            if (FrameHeader.Size + header.Length == bytes.Length)
            {
                int length = header.FragmentLength(firstOctet: header.Length > 0 ? bytes[FrameHeader.Size] : 0);
                return length >= 0 && filter.TryRepair(bytes.Slice(FrameHeader.Size + header.FragmentOffset, length));
            }
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent((int)frames.Length);
        try
        {
            return TryGather(frames, rented, out int length)
                && filter.TryRepair(rented.AsSpan(0, length))
                && TryScatter(frames, rented);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static bool TryGather(in ReadOnlySequence<byte> frames, Span<byte> block, out int length)
    {
        length = 0;
        for (ReadOnlySequence<byte> rest = frames; !rest.IsEmpty;)
        {
            if (!TryFind(rest, out ReadOnlySequence<byte> fragment, out SequencePosition next))
            {
                return false;
            }

            fragment.CopyTo(block[length..]);
            length += (int)fragment.Length;
            rest = rest.Slice(next);
        }

        return true;
    }

    private static bool TryScatter(in ReadOnlySequence<byte> frames, ReadOnlySpan<byte> block)
    {
        for (ReadOnlySequence<byte> rest = frames; !rest.IsEmpty;)
        {
            if (!TryFind(rest, out ReadOnlySequence<byte> fragment, out SequencePosition next))
            {
                return false;
            }

            foreach (ReadOnlyMemory<byte> piece in fragment)
            {
                block[..piece.Length].CopyTo(Writable(piece));
                block = block[piece.Length..];
            }

            rest = rest.Slice(next);
        }

        return true;
    }

    /// <summary>The part of the first frame that belongs to the header block, and where the next frame begins.</summary>
    private static bool TryFind(in ReadOnlySequence<byte> frames, out ReadOnlySequence<byte> fragment, out SequencePosition next)
    {
        fragment = default;
        next = default;
        if (!FrameHeader.TryRead(frames, 0, out FrameHeader header))
        {
            return false;
        }

        ReadOnlySequence<byte> payload = frames.Slice(FrameHeader.Size, header.Length);
        int length = header.FragmentLength(FirstOctet(payload));
        if (length < 0)
        {
            return false;
        }

        fragment = payload.Slice(header.FragmentOffset, length);
        next = payload.End;
        return true;
    }

    private static byte FirstOctet(in ReadOnlySequence<byte> payload)
    {
        var reader = new SequenceReader<byte>(payload);
        return reader.TryPeek(out byte octet) ? octet : (byte)0;
    }

    /// <summary>
    /// The bytes lie in a buffer of the transport's pipe, which wrote them there, is done with them, and lends them to this reader
    /// alone until it says how far it has come.
    /// </summary>
    private static Span<byte> Writable(ReadOnlyMemory<byte> memory) => MemoryMarshal.AsMemory(memory).Span;
}
