using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// What every call goes through: it is counted, refused if it names no method exactly or needs a leader and there is none, and logged if
/// it is slow. The one broad catch of the API: an exception that is no status is a bug here, ends the call with one that says so, and is
/// logged; nothing else ends by it.
/// </summary>
internal sealed partial class CallBoundary(
    LeaderMonitor leaders, EtcdServiceOptions options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<CallBoundary> logger)
{
    private const string RequireLeaderHeader = "hasleader";

    private readonly long _slow = (long)(options.WarningUnaryRequestDuration.TotalSeconds * time.TimestampFrequency);

    /// <summary>Carries out a call of one message in and one out that came through the framework.</summary>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        MethodBinding binding, Func<TRequest, ValueTask<TResponse>> method, TRequest request, ServerCallContext context)
    {
        CheckName(binding, context);
        return await UnaryAsync(binding, method, request, context.GetHttpContext().Request.Headers).ConfigureAwait(false);
    }

    /// <summary>Carries out a call of one message in and one out.</summary>
    public async ValueTask<TResponse> UnaryAsync<TRequest, TResponse>(
        MethodBinding binding, Func<TRequest, ValueTask<TResponse>> method, TRequest request, IHeaderDictionary headers)
    {
        long began = time.GetTimestamp();
        var code = StatusCode.OK;
        binding.Counters.OnStarted();
        try
        {
            Admit(headers);
            return await method(request).ConfigureAwait(false);
        }
        catch (RpcException refusal)
        {
            code = refusal.StatusCode;
            throw;
        }
        catch (Exception failure)
        {
            var status = Describe(failure, binding.FullName, CancellationToken.None);
            code = status.StatusCode;
            throw new RpcException(status);
        }
        finally
        {
            binding.Counters.OnHandled(code);
            long took = time.GetTimestamp() - began;
            if (took > _slow)
            {
                LogSlow(binding.FullName, time.GetElapsedTime(0, took).TotalMilliseconds, code);
            }
        }
    }

    /// <summary>
    /// Carries out a call of one message in and one out that came through the framework, and ends for the same reasons as one with streams.
    /// </summary>
    public Task<TResponse> WaitAsync<TRequest, TResponse>(
        MethodBinding binding, Func<TRequest, CancellationToken, Task<TResponse>> method, TRequest request, ServerCallContext context)
        where TResponse : class =>
        WaitAsync(
            binding,
            (message, ended) =>
            {
                CheckName(binding, context);
                return method(message, ended);
            },
            request, context.GetHttpContext().Request.Headers, context.CancellationToken);

    /// <summary>Carries out a call of one message in and one out that ends for the same reasons as one with streams.</summary>
    public async Task<TResponse> WaitAsync<TRequest, TResponse>(
        MethodBinding binding, Func<TRequest, CancellationToken, Task<TResponse>> method, TRequest request, IHeaderDictionary headers,
        CancellationToken left)
        where TResponse : class
    {
        TResponse? response = null;
        await StreamAsync(binding, async ended => response = await method(request, ended).ConfigureAwait(false), headers, left)
            .ConfigureAwait(false);
        return response!;
    }

    /// <summary>Carries out a call with streams that came through the framework.</summary>
    public Task StreamAsync(MethodBinding binding, Func<CancellationToken, Task> method, ServerCallContext context) =>
        StreamAsync(
            binding,
            ended =>
            {
                CheckName(binding, context);
                return method(ended);
            },
            context.GetHttpContext().Request.Headers, context.CancellationToken);

    /// <summary>
    /// Carries out a call with streams; its token ends when the client leaves, the server stops, or there has been no leader for too long
    /// and the client insists on one.
    /// </summary>
    public async Task StreamAsync(
        MethodBinding binding, Func<CancellationToken, Task> method, IHeaderDictionary headers, CancellationToken left)
    {
        var code = StatusCode.OK;
        binding.Counters.OnStarted();
        var lost = NeedsLeader(headers) ? leaders.Lost : CancellationToken.None;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(left, lifetime.ApplicationStopping, lost);
        try
        {
            Admit(headers);
            await method(ended.Token).ConfigureAwait(false);
        }
        catch (RpcException refusal)
        {
            code = refusal.StatusCode;
            throw;
        }
        catch (Exception failure)
        {
            var status = lost.IsCancellationRequested ? EtcdErrors.NoLeader : Describe(failure, binding.FullName, ended.Token);
            code = status.StatusCode;
            throw new RpcException(status);
        }
        finally
        {
            binding.Counters.OnHandled(code);
        }
    }

    /// <summary>Routes do not tell upper case from lower case, and names of methods do.</summary>
    private static void CheckName(MethodBinding binding, ServerCallContext context)
    {
        if (!string.Equals(context.Method, binding.FullName, StringComparison.Ordinal))
        {
            throw EtcdErrors.Refuse(UnknownCalls.Describe(context.Method));
        }
    }

    private static bool NeedsLeader(IHeaderDictionary headers) =>
        headers.TryGetValue(RequireLeaderHeader, out var value) && value == "true";

    private void Admit(IHeaderDictionary headers)
    {
        if (NeedsLeader(headers) && !leaders.HasLeader)
        {
            throw EtcdErrors.Refuse(EtcdErrors.NoLeader);
        }
    }

    private Status Describe(Exception failure, string method, CancellationToken ended)
    {
        if (ended.IsCancellationRequested && failure is OperationCanceledException or IOException or InvalidOperationException)
        {
            // What a stream throws depends on where it was when the client left.
            return lifetime.ApplicationStopping.IsCancellationRequested
                ? EtcdErrors.Stopped
                : new Status(StatusCode.Cancelled, "etcdserver: request canceled");
        }

        LogFailure(failure, method);
        return EtcdErrors.Unexpected;
    }

    [LoggerMessage(3010, LogLevel.Warning, "A call of {Method} took {Milliseconds:0} ms and ended with {Code}.")]
    private partial void LogSlow(string method, double milliseconds, StatusCode code);

    [LoggerMessage(3011, LogLevel.Error, "A call of {Method} failed by an error of this server.")]
    private partial void LogFailure(Exception failure, string method);
}
