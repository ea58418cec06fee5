namespace Coordination.Server;

/// <summary>Walks over the primitives of a header block (RFC 7541, section 5) without interpreting them.</summary>
internal ref struct HpackCursor(Span<byte> block)
{
    /// <summary>No length or index of a request comes near this; RFC 7541 lets a decoder set such a bound.</summary>
    private const int IntegerMax = 1 << 24;

    private readonly Span<byte> _block = block;
    private int _position;

    public readonly bool IsAtEnd => _position == _block.Length;

    public readonly byte Next => _block[_position];

    /// <summary>Steps over an integer whose first octet carries <paramref name="prefixBits"/> bits of it.</summary>
    public bool TryReadInteger(int prefixBits, out int value)
    {
        value = 0;
        if (IsAtEnd)
        {
            return false;
        }

        int prefixMax = (1 << prefixBits) - 1;
        value = _block[_position++] & prefixMax;
        if (value < prefixMax)
        {
            return true;
        }

        for (int shift = 0; _position < _block.Length && shift < 24; shift += 7)
        {
            byte octet = _block[_position++];
            value += (octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                return value <= IntegerMax;
            }
        }

        return false;
    }

    /// <summary>Steps over a string.</summary>
    public bool TryReadString(out HpackString value)
    {
        value = default;
        int start = _position;
        if (!TryReadInteger(prefixBits: 7, out int length) || length > _block.Length - _position)
        {
            return false;
        }

        value = new HpackString(ref _block[start], _block.Slice(_position, length));
        _position += length;
        return true;
    }
}
