namespace Coordination.Benchmarks;

/// <summary>How a call ended: the gRPC status code, and the server's words when it is not 0.</summary>
internal readonly record struct GrpcOutcome(int Code, string? Message)
{
    private const int Internal = 13;

    public bool IsOk => Code == 0;

    public static GrpcOutcome From(in ResponseHeaders headers) => headers switch
    {
        { GrpcStatus: >= 0 } => new GrpcOutcome(headers.GrpcStatus, headers.GrpcMessage),
        { HttpStatus: not (-1 or 200) } => new GrpcOutcome(Internal, $"HTTP status {headers.HttpStatus} instead of a gRPC response"),
        _ => new GrpcOutcome(Internal, "the response ended without a gRPC status"),
    };

    public static GrpcOutcome Reset(uint code) => new(Internal, $"stream reset by the server with HTTP/2 error {code}");

    public override string ToString() => $"gRPC status {Code}: {Message}";
}
