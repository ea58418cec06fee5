using Grpc.Core;

namespace Coordination.Server;

/// <summary>How often one gRPC method was called and how that ended. May be used from any thread.</summary>
/// <param name="service">The service's full name.</param>
/// <param name="method">The method's name.</param>
/// <param name="type">The kind of call by Prometheus' conventions for gRPC, such as <c>unary</c>.</param>
internal sealed class MethodCalls(string service, string method, string type)
{
    private static readonly int CodesCount = Enum.GetValues<StatusCode>().Length;

    private readonly long[] _handled = new long[CodesCount];
    private long _started;
    private long _received;
    private long _sent;

    public KeyValuePair<string, object?>[] Labels { get; } =
        [new("grpc_method", method), new("grpc_service", service), new("grpc_type", type)];

    public long Started => Volatile.Read(ref _started);

    public long Received => Volatile.Read(ref _received);

    public long Sent => Volatile.Read(ref _sent);

    public long Handled => _handled.Sum();

    public long HandledWith(StatusCode code) => Volatile.Read(ref _handled[(int)code]);

    public void OnStarted() => Interlocked.Increment(ref _started);

    public void OnReceived() => Interlocked.Increment(ref _received);

    public void OnSent() => Interlocked.Increment(ref _sent);

    public void OnHandled(StatusCode code) => Interlocked.Increment(ref _handled[(uint)code < (uint)CodesCount ? (int)code : (int)StatusCode.Unknown]);
}
