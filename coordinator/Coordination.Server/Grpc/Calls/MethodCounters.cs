using Grpc.Core;

namespace Coordination.Server;

/// <summary>What happened to one method so far. Counted without locks on every call, read when somebody looks.</summary>
internal sealed class MethodCounters(string service, string method, MethodType type)
{
    private static readonly int StatusCodes = (int)StatusCode.Unauthenticated + 1;

    private readonly long[] _handled = new long[StatusCodes];
    private long _started;
    private long _received;
    private long _sent;

    public string Service => service;

    public string Method => method;

    /// <summary>The kind of method, in the words of etcd's metrics.</summary>
    public string Type { get; } = type switch
    {
        MethodType.Unary => "unary",
        MethodType.ClientStreaming => "client_stream",
        MethodType.ServerStreaming => "server_stream",
        _ => "bidi_stream",
    };

    public long Started => Volatile.Read(ref _started);

    /// <summary>A unary call has one message in, since it does not start without.</summary>
    public long Received => type == MethodType.Unary ? Started : Volatile.Read(ref _received);

    /// <summary>A unary call has one message out if it succeeds.</summary>
    public long Sent => type == MethodType.Unary ? Handled(StatusCode.OK) : Volatile.Read(ref _sent);

    public long Handled(StatusCode code) => Volatile.Read(ref _handled[(int)code]);

    public void OnStarted() => Interlocked.Increment(ref _started);

    public void OnReceived() => Interlocked.Increment(ref _received);

    public void OnSent() => Interlocked.Increment(ref _sent);

    public void OnHandled(StatusCode code) => Interlocked.Increment(ref _handled[(int)code]);
}
