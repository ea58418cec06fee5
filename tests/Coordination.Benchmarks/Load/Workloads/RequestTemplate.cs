using Google.Protobuf;

namespace Coordination.Benchmarks;

/// <summary>
/// An encoded request in which keys and values are replaced for every call, which costs a copy instead of an encoding. Each key of one
/// request comes from its own part of the key space, so that a transaction never names a key twice.
/// </summary>
internal sealed record RequestTemplate
{
    private readonly byte[] _encoded;
    private readonly int _valueBytes;
    private readonly int _keysPerPart;
    private readonly int[] _keysAt;
    private readonly int[] _valuesAt;

    /// <param name="method">The rpc that takes the request.</param>
    /// <param name="request">A request with <see cref="Key"/> and <see cref="Value"/> wherever one is to be chosen.</param>
    /// <param name="valueBytes">The size of its values.</param>
    /// <param name="keySpace">How many keys there are to choose from.</param>
    public RequestTemplate(GrpcMethod method, IMessage request, int valueBytes, int keySpace)
    {
        Method = method;
        _encoded = request.ToByteArray();
        _valueBytes = valueBytes;
        _keysAt = FindAll(_encoded, Key.Span);
        _valuesAt = FindAll(_encoded, Value(valueBytes).Span);
        _keysPerPart = keySpace / Math.Max(_keysAt.Length, 1);
    }

    /// <summary>Stands for a key to be chosen.</summary>
    public static ByteString Key { get; } = ByteString.CopyFrom(LoadKeys.GetKey(987_654_321));

    public GrpcMethod Method { get; }

    /// <summary>How often to choose it, in relation to the other requests of a mix.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>What is wrong with the message of a response, or null. Asked for the first response of each client.</summary>
    public Func<byte[], string?> Check { get; init; } = static _ => null;

    /// <summary>What the message of every response has at least.</summary>
    public int ResponseBytesMin { get; init; }

    public int Length => _encoded.Length;

    /// <summary>Where the first value begins in a written request.</summary>
    public int FirstValueAt => _valuesAt[0];

    /// <summary>Stands for a value to be chosen.</summary>
    public static ByteString Value(int bytes)
    {
        byte[] value = new byte[bytes];
        Array.Fill(value, (byte)0xF8);
        return ByteString.CopyFrom(value);
    }

    /// <summary>Writes a request with random keys and values.</summary>
    public void Write(Span<byte> destination, ref RandomSequence random)
    {
        _encoded.CopyTo(destination);
        for (int i = 0; i < _keysAt.Length; i++)
        {
            LoadKeys.WriteNumber(destination[_keysAt[i]..], (i * _keysPerPart) + random.Next(_keysPerPart));
        }

        WriteValues(destination, ref random);
    }

    /// <summary>Writes a request whose keys are consecutive, beginning with <paramref name="firstKey"/>.</summary>
    public void WriteConsecutive(Span<byte> destination, int firstKey, ref RandomSequence random)
    {
        _encoded.CopyTo(destination);
        for (int i = 0; i < _keysAt.Length; i++)
        {
            LoadKeys.WriteNumber(destination[_keysAt[i]..], firstKey + i);
        }

        WriteValues(destination, ref random);
    }

    private void WriteValues(Span<byte> destination, ref RandomSequence random)
    {
        foreach (int at in _valuesAt)
        {
            LoadKeys.WriteValue(destination.Slice(at, _valueBytes), ref random);
        }
    }

    private static int[] FindAll(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> pattern)
    {
        List<int> found = [];
        for (int at = 0; at < encoded.Length;)
        {
            int next = encoded[at..].IndexOf(pattern);
            if (next < 0)
            {
                break;
            }

            found.Add(at + next);
            at += next + pattern.Length;
        }

        return [.. found];
    }
}
