using System.Buffers.Text;
using System.Text;

namespace Coordination.Benchmarks;

/// <summary>
/// Reads the header blocks of one connection (RFC 7541). Keeps of every field only what a gRPC call needs, so that a response whose
/// headers are all in the dynamic table, as the usual one is, allocates nothing.
/// </summary>
internal sealed class HpackDecoder
{
    /// <summary>The size of the dynamic table that a peer may assume until told otherwise.</summary>
    private const int TableSizeDefault = 4096;

    private const int FirstDynamicIndex = 62;
    private const int EntryOverhead = 32;
    private const int StatusNameLength = 7;

    /// <summary>Lengths of the names in the static table, by index.</summary>
    private static readonly byte[] StaticNameLengths =
    [
        0, 10, 7, 7, 5, 5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 14, 15, 15, 13, 6, 27, 3, 5, 13, 13, 19, 16, 16, 14, 16, 13, 12, 6, 4, 4, 6, 7, 4,
        4, 8, 17, 13, 8, 19, 13, 4, 8, 12, 18, 19, 5, 7, 7, 11, 6, 10, 25, 17, 10, 4, 3, 16,
    ];

    private static readonly int[] StaticStatuses = [200, 204, 206, 304, 400, 404, 500];
    private const int FirstStaticStatus = 8;

    /// <summary>The dynamic table, oldest entry first.</summary>
    private readonly List<HeaderField> _entries = [];

    private byte[] _nameScratch = new byte[256];
    private byte[] _valueScratch = new byte[256];
    private int _size;
    private int _sizeMax = TableSizeDefault;

    /// <summary>Reads a whole header block into <paramref name="headers"/>.</summary>
    public void Decode(ReadOnlySpan<byte> block, ref ResponseHeaders headers)
    {
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & 0x80) != 0)
            {
                headers.Take(Find(ReadInteger(ref block, 7)));
            }
            else if ((first & 0x40) != 0)
            {
                HeaderField field = ReadLiteral(ref block, 6);
                Add(field);
                headers.Take(field);
            }
            else if ((first & 0x20) != 0)
            {
                _sizeMax = ReadInteger(ref block, 5);
                Evict();
            }
            else
            {
                headers.Take(ReadLiteral(ref block, 4));
            }
        }
    }

    private HeaderField Find(int index)
    {
        if (index < FirstDynamicIndex)
        {
            int status = index - FirstStaticStatus;
            return status >= 0 && status < StaticStatuses.Length
                ? new HeaderField(HeaderKind.HttpStatus, StaticStatuses[status], null, StatusNameLength, 0)
                : new HeaderField(HeaderKind.Other, 0, null, StaticNameLengths[index], 0);
        }

        int position = _entries.Count - 1 - (index - FirstDynamicIndex);
        return position >= 0 ? _entries[position] : throw new LoadException($"the server refers to a header {index} that it never sent.");
    }

    private HeaderField ReadLiteral(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        int index = ReadInteger(ref block, prefixBits);
        HeaderKind kind;
        int nameLength;
        if (index > 0)
        {
            HeaderField named = Find(index);
            (kind, nameLength) = (named.Kind, named.NameLength);
        }
        else
        {
            ReadOnlySpan<byte> name = ReadString(ref block, ref _nameScratch);
            (kind, nameLength) = (Classify(name), name.Length);
        }

        ReadOnlySpan<byte> value = ReadString(ref block, ref _valueScratch);
        int number = 0;
        if (kind is HeaderKind.HttpStatus or HeaderKind.GrpcStatus && !Utf8Parser.TryParse(value, out number, out _))
        {
            throw new LoadException($"the server sent a status that is no number: {Encoding.ASCII.GetString(value)}");
        }

        string? text = kind == HeaderKind.GrpcMessage && !value.IsEmpty ? Uri.UnescapeDataString(Encoding.ASCII.GetString(value)) : null;
        return new HeaderField(kind, number, text, nameLength, nameLength + value.Length + EntryOverhead);
    }

    private static HeaderKind Classify(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("grpc-status"u8))
        {
            return HeaderKind.GrpcStatus;
        }

        if (name.SequenceEqual("grpc-message"u8))
        {
            return HeaderKind.GrpcMessage;
        }

        return name.SequenceEqual(":status"u8) ? HeaderKind.HttpStatus : HeaderKind.Other;
    }

    private void Add(in HeaderField field)
    {
        _entries.Add(field);
        _size += field.Size;
        Evict();
    }

    private void Evict()
    {
        while (_size > _sizeMax)
        {
            _size -= _entries[0].Size;
            _entries.RemoveAt(0);
        }
    }

    private static ReadOnlySpan<byte> ReadString(ref ReadOnlySpan<byte> block, ref byte[] scratch)
    {
        bool isHuffman = (block[0] & 0x80) != 0;
        int length = ReadInteger(ref block, 7);
        ReadOnlySpan<byte> raw = block[..length];
        block = block[length..];
        if (!isHuffman)
        {
            return raw;
        }

        if (scratch.Length < (length * 8 / 5) + 1)
        {
            scratch = new byte[length * 2];
        }

        return scratch.AsSpan(0, HuffmanCode.Decode(raw, scratch));
    }

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        int prefixMax = (1 << prefixBits) - 1;
        int value = block[0] & prefixMax;
        block = block[1..];
        if (value < prefixMax)
        {
            return value;
        }

        for (int shift = 0; shift < 28; shift += 7)
        {
            byte next = block[0];
            block = block[1..];
            value += (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }

        throw new LoadException("the server sent a header with a number out of range.");
    }
}
