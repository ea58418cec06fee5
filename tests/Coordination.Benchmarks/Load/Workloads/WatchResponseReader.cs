namespace Coordination.Benchmarks;

/// <summary>
/// Reads an encoded WatchResponse event by event without making objects of it: a run delivers hundreds of thousands of events a second.
/// </summary>
internal ref struct WatchResponseReader(ReadOnlySpan<byte> message)
{
    private const int CreatedField = 3;
    private const int CanceledField = 4;
    private const int EventsField = 11;
    private const int EventKeyValueField = 2;
    private const int KeyValueValueField = 5;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The response confirms a new watcher. Known when all events are read.</summary>
    public bool IsCreated { get; private set; }

    /// <summary>The response ends a watcher. Known when all events are read.</summary>
    public bool IsCanceled { get; private set; }

    /// <summary>Finds the next event; answers its value, which is empty for a deletion.</summary>
    public bool ReadEvent(out ReadOnlySpan<byte> value)
    {
        while (ReadField(ref _rest, out int field, out ulong number, out ReadOnlySpan<byte> content))
        {
            switch (field)
            {
                case CreatedField:
                    IsCreated = number != 0;
                    break;
                case CanceledField:
                    IsCanceled = number != 0;
                    break;
                case EventsField:
                    value = Find(Find(content, EventKeyValueField), KeyValueValueField);
                    return true;
                default:
                    break;
            }
        }

        value = default;
        return false;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> message, int wanted)
    {
        while (ReadField(ref message, out int field, out _, out ReadOnlySpan<byte> content))
        {
            if (field == wanted)
            {
                return content;
            }
        }

        return default;
    }

    /// <summary>The protocol has fields of two wire types only: numbers and contents with a length.</summary>
    private static bool ReadField(scoped ref ReadOnlySpan<byte> rest, out int field, out ulong number, out ReadOnlySpan<byte> content)
    {
        field = 0;
        number = 0;
        content = default;
        if (rest.IsEmpty)
        {
            return false;
        }

        const int WireTypeBits = 3;
        const ulong Varint = 0;
        const ulong LengthDelimited = 2;
        ulong tag = ReadVarint(ref rest);
        field = (int)(tag >> WireTypeBits);
        number = ReadVarint(ref rest);
        switch (tag & 7)
        {
            case Varint:
                return true;
            case LengthDelimited:
                content = rest[..(int)number];
                rest = rest[(int)number..];
                return true;
            default:
                throw new LoadException($"a watch response has a field {field} of an unknown type.");
        }
    }

    private static ulong ReadVarint(scoped ref ReadOnlySpan<byte> rest)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte octet = rest[0];
            rest = rest[1..];
            value |= (ulong)(octet & 0x7f) << shift;
            if (octet < 0x80)
            {
                return value;
            }
        }
    }
}
