using System.Text;

namespace Coordination.Server.Tests;

/// <summary>How a literal field is written (RFC 7541, section 6.2).</summary>
internal enum Literal
{
    Indexed,
    NotIndexed,
    NeverIndexed,
}

/// <summary>Writes header blocks octet by octet as a test says, sensible or not.</summary>
internal sealed class HpackEncoder
{
    private readonly List<byte> _block = [];

    public byte[] Block => [.. _block];

    public HpackEncoder Index(int index) => Integer(index, prefixBits: 7, first: 0x80);

    public HpackEncoder TableSize(int size) => Integer(size, prefixBits: 5, first: 0x20);

    public HpackEncoder Field(Literal kind, int nameIndex, string value, bool huffman = false) =>
        Name(kind, nameIndex).Text(value, huffman);

    public HpackEncoder Field(Literal kind, string name, string value, bool huffmanName = false, bool huffman = false) =>
        Name(kind, 0).Text(name, huffmanName).Text(value, huffman);

    /// <summary>What every request begins with, and the authority after it: POST, http, and the path.</summary>
    public HpackEncoder Post(string path) => Index(3).Index(6).Field(Literal.NotIndexed, 4, path);

    private HpackEncoder Name(Literal kind, int nameIndex) => kind switch
    {
        Literal.Indexed => Integer(nameIndex, prefixBits: 6, first: 0x40),
        Literal.NotIndexed => Integer(nameIndex, prefixBits: 4, first: 0x00),
        _ => Integer(nameIndex, prefixBits: 4, first: 0x10),
    };

    private HpackEncoder Text(string text, bool huffman)
    {
        byte[] octets = huffman ? HuffmanEncode(text) : Encoding.Latin1.GetBytes(text);
        Integer(octets.Length, prefixBits: 7, first: huffman ? 0x80 : 0x00);
        _block.AddRange(octets);
        return this;
    }

    private HpackEncoder Integer(int value, int prefixBits, int first)
    {
        int prefixMax = (1 << prefixBits) - 1;
        if (value < prefixMax)
        {
            _block.Add((byte)(first | value));
            return this;
        }

        _block.Add((byte)(first | prefixMax));
        for (value -= prefixMax; value >= 0x80; value >>= 7)
        {
            _block.Add((byte)(value | 0x80));
        }

        _block.Add((byte)value);
        return this;
    }

    public static byte[] HuffmanEncode(string text)
    {
        string[] codes = Codes();
        string bits = string.Concat(Encoding.Latin1.GetBytes(text).Select(octet => codes[octet]));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        return [.. bits.Chunk(8).Select(octet => Convert.ToByte(new string(octet), 2))];
    }

    /// <summary>The codes by the definition of a canonical code: by length, then by symbol, each one more than the one before.</summary>
    private static string[] Codes()
    {
        byte[] lengths = HuffmanCode.CodeLengths.ToArray();
        string[] codes = new string[lengths.Length];
        long code = 0;
        int lengthBefore = 0;
        foreach (int symbol in Enumerable.Range(0, lengths.Length).OrderBy(symbol => (lengths[symbol], symbol)))
        {
            code = lengthBefore == 0 ? 0 : (code + 1) << (lengths[symbol] - lengthBefore);
            lengthBefore = lengths[symbol];
            codes[symbol] = Convert.ToString(code, 2).PadLeft(lengths[symbol], '0');
        }

        return codes;
    }
}
