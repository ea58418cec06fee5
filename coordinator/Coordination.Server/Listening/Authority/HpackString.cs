using System.Buffers;

namespace Coordination.Server;

/// <summary>A string in a header block, where it lies: plain or in Huffman code.</summary>
internal readonly ref struct HpackString(ref byte lengthPrefix, Span<byte> octets)
{
    private const byte HuffmanFlag = 0x80;

    /// <summary>More than any sensible authority has; longer ones are decoded into a rented buffer.</summary>
    private const int DecodedOnStackMax = 512;

    private readonly ref byte _lengthPrefix = ref lengthPrefix;
    private readonly Span<byte> _octets = octets;

    private bool IsHuffman => (_lengthPrefix & HuffmanFlag) != 0;

    /// <summary>Whether this is the given text. A text has one Huffman code, so that can be compared without decoding.</summary>
    public bool Equals(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> huffman) => _octets.SequenceEqual(IsHuffman ? huffman : plain);

    /// <summary>
    /// Writes a valid host over a value that is none. The string keeps its place and its octets, and its decoded value does not get
    /// longer, so nothing around it changes: no frame length, and no entry of the decoder's table that the encoder counts on.
    /// </summary>
    /// <returns>False when the string cannot be decoded, which is for Kestrel to refuse.</returns>
    public bool TryMakeValidHost()
    {
        if (!IsHuffman)
        {
            if (!HostSyntax.IsValid(_octets))
            {
                ReplacementHost.Fill(_octets);
            }

            return true;
        }

        int decodedMax = HuffmanCode.DecodedLengthMax(_octets.Length);
        byte[]? rented = decodedMax > DecodedOnStackMax ? ArrayPool<byte>.Shared.Rent(decodedMax) : null;
        Span<byte> decoded = rented ?? stackalloc byte[DecodedOnStackMax];
        bool isDecoded = HuffmanCode.TryDecode(_octets, decoded, out int length);
        if (isDecoded && !HostSyntax.IsValid(decoded[..length]) && length >= _octets.Length)
        {
            // As plain text the string has exactly as many characters as it has octets. A value that Huffman code made longer would
            // grow by this; encoders choose the shorter form, so such a value is left alone, and Kestrel refuses its stream.
            _lengthPrefix &= unchecked((byte)~HuffmanFlag);
            ReplacementHost.Fill(_octets);
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return isDecoded;
    }
}
