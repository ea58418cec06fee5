namespace Coordination.Server;

/// <summary>
/// Finds the <c>:authority</c> of each header block of one connection and makes it a valid host, in place. Belongs to one
/// <see cref="FrameFilter"/>, which gives it the blocks in the order in which they come.
/// </summary>
/// <remarks>
/// A value is sent literally, or as an index into the table that earlier literals filled. Literals are replaced where they stand, in
/// the representation that they have; the decoder then puts the replacement into its table, and later indexes lead to it. Since a
/// replacement is never longer, the decoder's table holds at least what the encoder believes it to hold, in the same order from the
/// newest on, and every index keeps its meaning.
/// </remarks>
internal struct HeaderBlockFilter
{
    /// <summary>Position of <c>:authority</c> in the static table (RFC 7541, appendix A).</summary>
    private const int StaticAuthorityIndex = 1;

    private const int StaticTableLength = 61;

    /// <summary>The table size that every HTTP/2 connection starts with, in octets; Kestrel must not be told to offer more.</summary>
    public const int HeaderTableSizeMax = 4096;

    /// <summary>An entry counts 32 octets more than its text, so the table holds at most 128 entries, a bit for each.</summary>
    private UInt128 _entriesNamedAuthority;

    private static ReadOnlySpan<byte> AuthorityName => ":authority"u8;

    private static ReadOnlySpan<byte> AuthorityNameInHuffmanCode => [0xB8, 0x3B, 0x53, 0x39, 0xEC, 0x32, 0x7D, 0x7F];

    /// <summary>Walks over a whole header block and repairs its authority.</summary>
    /// <returns>False when the block is malformed. Nothing after it can be understood, and Kestrel ends the connection.</returns>
    public bool TryRepair(Span<byte> block)
    {
        var cursor = new HpackCursor(block);
        while (!cursor.IsAtEnd)
        {
            byte first = cursor.Next;
            bool isUnderstood = first switch
            {
                >= 0x80 => cursor.TryReadInteger(prefixBits: 7, out _),
                >= 0x40 => TryRepairLiteral(ref cursor, nameIndexBits: 6, isIndexed: true),
                >= 0x20 => cursor.TryReadInteger(prefixBits: 5, out _),
                _ => TryRepairLiteral(ref cursor, nameIndexBits: 4, isIndexed: false),
            };

            if (!isUnderstood)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryRepairLiteral(ref HpackCursor cursor, int nameIndexBits, bool isIndexed)
    {
        if (!cursor.TryReadInteger(nameIndexBits, out int nameIndex))
        {
            return false;
        }

        bool isAuthority;
        if (nameIndex == 0)
        {
            if (!cursor.TryReadString(out HpackString name))
            {
                return false;
            }

            isAuthority = name.Equals(AuthorityName, AuthorityNameInHuffmanCode);
        }
        else
        {
            isAuthority = IsAuthority(nameIndex);
        }

        if (!cursor.TryReadString(out HpackString value) || (isAuthority && !value.TryMakeValidHost()))
        {
            return false;
        }

        if (isIndexed)
        {
            _entriesNamedAuthority = (_entriesNamedAuthority << 1) | (isAuthority ? UInt128.One : UInt128.Zero);
        }

        return true;
    }

    private readonly bool IsAuthority(int nameIndex)
    {
        int age = nameIndex - StaticTableLength - 1;
        return age < 0 ? nameIndex == StaticAuthorityIndex : age < 128 && ((_entriesNamedAuthority >> age) & UInt128.One) != UInt128.Zero;
    }
}
