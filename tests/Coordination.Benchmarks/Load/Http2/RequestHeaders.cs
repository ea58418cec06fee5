using System.Text;

namespace Coordination.Benchmarks;

/// <summary>
/// Writes the header block of a call as the usual gRPC clients do: each field spelled out the first time and put into the peer's dynamic
/// table, a single octet from then on. One per connection, used by its owner only.
/// </summary>
internal sealed class RequestHeaders
{
    /// <summary>What one header block can take up at most.</summary>
    public const int BlockBytesMax = 512;

    /// <summary>What the peer's table must hold: no field is ever evicted, so an index stays what it is.</summary>
    public const int TableBytesNeeded = 1024;

    private const byte MethodPost = 0x83;
    private const byte SchemeHttp = 0x86;
    private const int LiteralWithIndexing = 0x40;
    private const int FirstDynamicIndex = 62;
    private const int PathName = 4;
    private const int AuthorityName = 1;
    private const int ContentTypeName = 31;
    private const int UserAgentName = 58;

    private readonly byte[] _authority;
    private readonly int[] _pathOrders = new int[GrpcMethod.Count];
    private int _commonOrder = -1;
    private int _sent;

    public RequestHeaders(string authority)
    {
        _authority = Encoding.ASCII.GetBytes(authority);
        Array.Fill(_pathOrders, -1);
    }

    /// <summary>Writes the block for a call of <paramref name="method"/> and returns its length.</summary>
    public int Write(Span<byte> destination, GrpcMethod method)
    {
        destination[0] = MethodPost;
        destination[1] = SchemeHttp;
        int length = 2;
        if (_pathOrders[method.Ordinal] < 0)
        {
            _pathOrders[method.Ordinal] = _sent;
            length += WriteLiteral(destination[length..], PathName, [], method.Path);
        }
        else
        {
            destination[length++] = Indexed(_pathOrders[method.Ordinal]);
        }

        if (_commonOrder < 0)
        {
            _commonOrder = _sent;
            length += WriteLiteral(destination[length..], AuthorityName, [], _authority);
            length += WriteLiteral(destination[length..], ContentTypeName, [], "application/grpc"u8);
            length += WriteLiteral(destination[length..], 0, "te"u8, "trailers"u8);
            length += WriteLiteral(destination[length..], UserAgentName, [], "coordination-load"u8);
        }
        else
        {
            for (int common = 0; common < 4; common++)
            {
                destination[length++] = Indexed(_commonOrder + common);
            }
        }

        return length;
    }

    /// <summary>The newest entry of the dynamic table has the lowest index.</summary>
    private byte Indexed(int order) => (byte)(0x80 | (FirstDynamicIndex + _sent - 1 - order));

    private int WriteLiteral(Span<byte> destination, int nameIndex, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _sent++;
        destination[0] = (byte)(LiteralWithIndexing | nameIndex);
        int length = 1;
        if (nameIndex == 0)
        {
            length += WriteString(destination[length..], name);
        }

        return length + WriteString(destination[length..], value);
    }

    private static int WriteString(Span<byte> destination, ReadOnlySpan<byte> text)
    {
        // All names and values here are shorter than what one octet can tell.
        destination[0] = checked((byte)text.Length);
        text.CopyTo(destination[1..]);
        return text.Length + 1;
    }
}
