namespace Coordination.Benchmarks;

/// <summary>The response headers that mean something to a gRPC call; all others are read over.</summary>
internal enum HeaderKind
{
    Other,
    HttpStatus,
    GrpcStatus,
    GrpcMessage,
}

/// <summary>
/// A received header field, reduced to what is needed of it. <paramref name="NameLength"/> and <paramref name="Size"/> are those of the
/// dynamic table (RFC 7541, section 4.1).
/// </summary>
internal readonly record struct HeaderField(HeaderKind Kind, int Number, string? Text, int NameLength, int Size);

/// <summary>What the headers and trailers of one response said. Absent numbers are -1.</summary>
internal struct ResponseHeaders
{
    public int HttpStatus;
    public int GrpcStatus;
    public string? GrpcMessage;

    public static ResponseHeaders Empty => new() { HttpStatus = -1, GrpcStatus = -1 };

    public void Take(in HeaderField field)
    {
        switch (field.Kind)
        {
            case HeaderKind.HttpStatus:
                HttpStatus = field.Number;
                break;
            case HeaderKind.GrpcStatus:
                GrpcStatus = field.Number;
                break;
            case HeaderKind.GrpcMessage:
                GrpcMessage = field.Text;
                break;
            default:
                break;
        }
    }
}
