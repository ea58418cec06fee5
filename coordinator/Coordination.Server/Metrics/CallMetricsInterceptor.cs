using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Coordination.Server;

/// <summary>
/// Counts every gRPC call of a node and logs unary calls that take too long. The outermost interceptor, so that it sees the status that
/// clients get. One for all calls.
/// </summary>
internal sealed partial class CallMetricsInterceptor(CallMetrics metrics, NodeOptions options, ILogger<CallMetricsInterceptor> logger)
    : Interceptor
{
    private const string VersionHeader = "client-api-version";
    private const string UnknownVersion = "unknown";
    private const int VersionLengthMax = 16;

    private readonly bool _isExtensive = options.MetricsDetail == MetricsDetail.Extensive;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        MethodCalls calls = metrics.Of(context.Method, "unary");
        metrics.OnClientRequest("unary", VersionOf(context));
        calls.OnStarted();
        calls.OnReceived();
        long began = Stopwatch.GetTimestamp();
        var code = StatusCode.Unknown;
        try
        {
            TResponse response = await continuation(request, context);
            calls.OnSent();
            code = context.Status.StatusCode;
            return response;
        }
        catch (RpcException refusal)
        {
            code = refusal.StatusCode;
            throw;
        }
        finally
        {
            calls.OnHandled(code);
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            if (took > options.WarningUnaryRequestDuration && options.WarningUnaryRequestDuration > TimeSpan.Zero)
            {
                Log.SlowRequest(logger, context.Method, took.TotalMilliseconds);
            }

            if (_isExtensive)
            {
                metrics.OnDuration(calls, took);
            }
        }
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        MethodCalls calls = metrics.Of(context.Method, "server_stream");
        calls.OnReceived();
        var counting = new CountingWriter<TResponse>(responseStream, calls);
        return CountStreamAsync(calls, context, () => continuation(request, counting, context));
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        MethodCalls calls = metrics.Of(context.Method, "bidi_stream");
        var reader = new CountingReader<TRequest>(requestStream, calls);
        var writer = new CountingWriter<TResponse>(responseStream, calls);
        return CountStreamAsync(calls, context, () => continuation(reader, writer, context));
    }

    private async Task CountStreamAsync(MethodCalls calls, ServerCallContext context, Func<Task> handle)
    {
        metrics.OnClientRequest("stream", VersionOf(context));
        calls.OnStarted();
        long began = Stopwatch.GetTimestamp();
        var code = StatusCode.Unknown;
        try
        {
            await handle();
            code = context.Status.StatusCode;
        }
        catch (RpcException refusal)
        {
            code = refusal.StatusCode;
            throw;
        }
        catch (OperationCanceledException)
        {
            code = StatusCode.Cancelled;
            throw;
        }
        finally
        {
            calls.OnHandled(code);
            if (_isExtensive)
            {
                metrics.OnDuration(calls, Stopwatch.GetElapsedTime(began));
            }
        }
    }

    /// <summary>What the client says of itself: two numbers with a point between, else nothing that would be worth a label.</summary>
    private static string VersionOf(ServerCallContext context)
    {
        string? version = context.GetHttpContext().Request.Headers[VersionHeader];
        return version is { Length: > 0 and <= VersionLengthMax } && Version.TryParse(version, out _) ? version : UnknownVersion;
    }

    private sealed class CountingReader<T>(IAsyncStreamReader<T> inner, MethodCalls calls) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            bool hasNext = await inner.MoveNext(cancellationToken);
            if (hasNext)
            {
                calls.OnReceived();
            }

            return hasNext;
        }
    }

    private sealed class CountingWriter<T>(IServerStreamWriter<T> inner, MethodCalls calls) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(T message)
        {
            calls.OnSent();
            return inner.WriteAsync(message);
        }

        public Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            calls.OnSent();
            return inner.WriteAsync(message, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5101, Level = LogLevel.Warning, Message = "{Method} took {Milliseconds} ms, longer than expected")]
        public static partial void SlowRequest(ILogger logger, string method, double milliseconds);
    }
}
