using System.Text;

namespace Coordination.Server.Tests;

/// <summary>
/// Decodes everything that a client sends, the slow way: a list for a table, strings for values. Knows only what <see cref="HpackTraffic"/>
/// writes: names of the static table are not resolved except for that of the authority.
/// </summary>
internal sealed class HpackModel
{
    private const int StaticTableLength = 61;

    private readonly List<(string Name, string Value)> _table = [];
    private byte[] _block = [];
    private int _position;

    public List<(string Name, string Value)> DecodeAll(byte[] bytes)
    {
        List<(string, string)> fields = [];
        List<byte> block = [];
        for (int start = Frame.Preface.Length; start < bytes.Length;)
        {
            int length = (bytes[start] << 16) | (bytes[start + 1] << 8) | bytes[start + 2];
            byte type = bytes[start + 3];
            byte flags = bytes[start + 4];
            byte[] payload = bytes[(start + 9)..(start + 9 + length)];
            start += 9 + length;
            if (type is not (Frame.HeadersType or Frame.ContinuationType))
            {
                continue;
            }

            bool isPadded = type == Frame.HeadersType && (flags & Frame.Padded) != 0;
            int offset = (isPadded ? 1 : 0) + (type == Frame.HeadersType && (flags & Frame.Priority) != 0 ? 5 : 0);
            block.AddRange(payload[offset..(payload.Length - (isPadded ? payload[0] : 0))]);
            if ((flags & Frame.EndHeaders) != 0)
            {
                fields.AddRange(DecodeBlock([.. block]));
                block.Clear();
            }
        }

        return fields;
    }

    private IEnumerable<(string Name, string Value)> DecodeBlock(byte[] block)
    {
        _block = block;
        _position = 0;
        while (_position < block.Length)
        {
            byte first = block[_position];
            if (first >= 0x80)
            {
                yield return Entry(Integer(7));
            }
            else if (first is >= 0x20 and < 0x40)
            {
                Integer(5);
            }
            else
            {
                int index = Integer(first >= 0x40 ? 6 : 4);
                (string Name, string Value) field = (index == 0 ? Text() : Entry(index).Name, Text());
                if (first >= 0x40)
                {
                    Insert(field);
                }

                yield return field;
            }
        }
    }

    /// <summary>
    /// The table as in RFC 7541, section 4: evict the oldest until there is room, and hold nothing that is larger than all.
    /// </summary>
    private void Insert((string Name, string Value) field)
    {
        _table.Insert(0, field);
        while (_table.Sum(entry => 32 + entry.Name.Length + entry.Value.Length) > HeaderBlockFilter.HeaderTableSizeMax)
        {
            _table.RemoveAt(_table.Count - 1);
        }
    }

    private (string Name, string Value) Entry(int index) => index switch
    {
        1 => (":authority", string.Empty),
        <= StaticTableLength => ($"static-{index}", string.Empty),
        _ => _table[index - StaticTableLength - 1],
    };

    private string Text()
    {
        bool isHuffman = _block[_position] >= 0x80;
        byte[] octets = new byte[Integer(7)];
        Array.Copy(_block, _position, octets, 0, octets.Length);
        _position += octets.Length;
        if (!isHuffman)
        {
            return Encoding.Latin1.GetString(octets);
        }

        byte[] decoded = new byte[HuffmanCode.DecodedLengthMax(octets.Length)];
        Assert.True(HuffmanCode.TryDecode(octets, decoded, out int length));
        return Encoding.Latin1.GetString(decoded, 0, length);
    }

    private int Integer(int prefixBits)
    {
        int value = _block[_position++] & ((1 << prefixBits) - 1);
        if (value < (1 << prefixBits) - 1)
        {
            return value;
        }

        for (int shift = 0; ; shift += 7)
        {
            byte octet = _block[_position++];
            value += (octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                return value;
            }
        }
    }
}
