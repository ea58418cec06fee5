namespace Coordination.Benchmarks;

/// <summary>
/// The Huffman code of HPACK (RFC 7541, appendix B). The code is canonical: ordered by length, then by symbol, the codes are consecutive
/// numbers, so the lengths alone say everything.
/// </summary>
internal static class HuffmanCode
{
    private const int LengthMax = 30;
    private const int EndOfString = 256;

    private static readonly byte[] Lengths =
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    private static readonly int[] SymbolsByCode = [.. Enumerable.Range(0, Lengths.Length).OrderBy(symbol => Lengths[symbol])];

    private static readonly int[] CountOfLength =
        [.. Enumerable.Range(0, LengthMax + 1).Select(length => Lengths.Count(each => each == length))];

    /// <summary>
    /// Writes the decoded octets of <paramref name="encoded"/> and returns their count. The caller provides room for the worst case of
    /// 8 octets for every 5 encoded ones.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> encoded, Span<byte> destination)
    {
        int written = 0;
        var position = default(CodePosition);
        foreach (byte octet in encoded)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                if (position.Advance((octet >> bit) & 1) is { } symbol)
                {
                    destination[written++] = symbol != EndOfString
                        ? (byte)symbol
                        : throw new LoadException("the server sent a header with an invalid Huffman code.");
                }
            }
        }

        return written;
    }

    /// <summary>A place in the code: how many bits of a symbol were read, and how they compare with the codes of that length.</summary>
    private struct CodePosition
    {
        private int _length;
        private int _offset;
        private int _shorter;

        /// <summary>Takes one bit; answers the symbol that it completes, or null.</summary>
        public int? Advance(int bit)
        {
            _length++;
            _offset = (_offset << 1) | bit;
            int count = CountOfLength[_length];
            if (_offset < count)
            {
                int symbol = SymbolsByCode[_shorter + _offset];
                this = default;
                return symbol;
            }

            // What remains is the distance to the first code that is longer than this one.
            _offset -= count;
            _shorter += count;
            return null;
        }
    }
}
