using Grpc.Core.Interceptors;

namespace Coordination.Client.Tests;

/// <summary>
/// Breaks streams while their first message is written, as a transport does: the write meets an exception of its own, and only a read
/// meets one of gRPC. Streams work until the test asks for breaks; those that break never reach a server.
/// </summary>
internal sealed class BrokenWrites : Interceptor
{
    private int _left;

    /// <summary>How many streams to come break.</summary>
    public int Left
    {
        get => Volatile.Read(ref _left);
        set => Volatile.Write(ref _left, value);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        if (Left == 0)
        {
            return continuation(context);
        }

        Interlocked.Decrement(ref _left);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new Writer<TRequest>(), new Reader<TResponse>(), Task.FromResult(Metadata.Empty), () => Status.DefaultCancelled,
            () => Metadata.Empty, () => { });
    }

    private sealed class Writer<T> : IClientStreamWriter<T>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message) => Task.FromException(new IOException("The connection broke during the write."));

        public Task WriteAsync(T message, CancellationToken cancellationToken) => WriteAsync(message);

        public Task CompleteAsync() => Task.CompletedTask;
    }

    private sealed class Reader<T> : IAsyncStreamReader<T>
    {
        public T Current => throw new InvalidOperationException("Nothing was read.");

        public Task<bool> MoveNext(CancellationToken cancellationToken) =>
            Task.FromException<bool>(new RpcException(new Status(StatusCode.Unavailable, "The connection broke.")));
    }
}
