using System.Buffers.Text;
using System.Text;
using Coordination.Protocol.Etcd;
using Google.Protobuf;

namespace Coordination.Benchmarks;

/// <summary>
/// The keys and values of all workloads: "/bench/" and nine digits, so that a key can be written over another one in an encoded request,
/// and octets without a pattern, so that no server gains by compressing them.
/// </summary>
internal static class LoadKeys
{
    /// <summary>Nine digits.</summary>
    public const int CountMax = 1_000_000_000;

    /// <summary>Transactions choose keys from separate parts of the key space.</summary>
    public const int KeySpaceMin = 16;

    /// <summary>The values of watched keys begin with a time.</summary>
    public const int ValueBytesMin = sizeof(long);

    /// <summary>Two values go into one request, which goes into one frame.</summary>
    public const int ValueBytesMax = 7_000;

    public const int KeyBytes = 16;
    private const int DigitsAt = 7;
    private const int PoolBytes = 1 << 20;

    private static readonly byte[] Pool = CreatePool();

    public static ByteString RangeStart { get; } = ByteString.CopyFromUtf8("/bench/");

    public static ByteString RangeEnd { get; } = ByteString.CopyFromUtf8("/bench0");

    /// <summary>An encoded linearizable read of one key.</summary>
    public static byte[] ReadRequest { get; } = new RangeRequest { Key = RangeStart }.ToByteArray();

    public static byte[] GetKey(int number)
    {
        byte[] key = Encoding.ASCII.GetBytes("/bench/000000000");
        WriteNumber(key, number);
        return key;
    }

    /// <summary>Changes the digits of the key in <paramref name="key"/>.</summary>
    public static void WriteNumber(Span<byte> key, int number) =>
        Utf8Formatter.TryFormat(number, key[DigitsAt..KeyBytes], out _, new('D', 9));

    /// <summary>Fills <paramref name="value"/> with octets that hardly ever come twice.</summary>
    public static void WriteValue(Span<byte> value, ref RandomSequence random) =>
        Pool.AsSpan(random.Next(PoolBytes - value.Length), value.Length).CopyTo(value);

    private static byte[] CreatePool()
    {
        byte[] pool = new byte[PoolBytes];
        new Random(1).NextBytes(pool);
        return pool;
    }
}
