namespace Coordination.Server;

/// <summary>
/// Decodes the Huffman code of HPACK (RFC 7541, appendix B). The code is canonical, so the length of each symbol's code is all there is
/// to know: codes of one length follow each other in the order of their symbols. Decodes bit by bit, because it only ever sees the few
/// characters of an authority that a client sends for the first time.
/// </summary>
internal static class HuffmanCode
{
    private const int LongestCode = 30;
    private const int EndOfString = 256;

    private static readonly int[] CodeCounts = new int[LongestCode + 1];
    private static readonly uint[] FirstCodes = new uint[LongestCode + 1];
    private static readonly int[] FirstSymbols = new int[LongestCode + 1];
    private static readonly ushort[] SymbolsByCode = new ushort[EndOfString + 1];

    static HuffmanCode()
    {
        uint code = 0;
        int position = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            FirstCodes[length] = code;
            FirstSymbols[length] = position;
            for (int symbol = 0; symbol <= EndOfString; symbol++)
            {
                if (CodeLengths[symbol] == length)
                {
                    SymbolsByCode[position++] = (ushort)symbol;
                    code++;
                }
            }

            CodeCounts[length] = position - FirstSymbols[length];
            code <<= 1;
        }
    }

    /// <summary>Bits in the code of each symbol: the 256 bytes and the end of the string.</summary>
    internal static ReadOnlySpan<byte> CodeLengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>The most bytes that so many coded bytes can decode to.</summary>
    public static int DecodedLengthMax(int codedLength) => codedLength * 8 / 5;

    /// <summary>Decodes a string.</summary>
    /// <param name="coded">The string as it came.</param>
    /// <param name="decoded">Takes the characters; at least <see cref="DecodedLengthMax"/> long.</param>
    /// <param name="length">How many characters there are.</param>
    /// <returns>False when this is no valid code: an unfinished symbol, padding other than ones, or the end symbol inside.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> coded, Span<byte> decoded, out int length)
    {
        length = 0;
        uint code = 0;
        int codeLength = 0;
        foreach (byte octet in coded)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | ((uint)(octet >> bit) & 1);
                codeLength++;
                if (codeLength > LongestCode)
                {
                    return false;
                }

                // Below the first code of its length the subtraction wraps round to a large number.
                uint position = code - FirstCodes[codeLength];
                if (position >= (uint)CodeCounts[codeLength])
                {
                    continue;
                }

                int symbol = SymbolsByCode[FirstSymbols[codeLength] + (int)position];
                if (symbol == EndOfString)
                {
                    return false;
                }

                decoded[length++] = (byte)symbol;
                code = 0;
                codeLength = 0;
            }
        }

        return codeLength < 8 && code == (1u << codeLength) - 1;
    }
}
