using Grpc.Core;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Coordination.Client;

/// <summary>
/// Carries out unary calls: picks an endpoint, repeats what may be repeated on the next one, and turns failures into this library's
/// exceptions. Every operation of a client goes through it, from any thread.
/// </summary>
internal sealed class Caller
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(1);

    private readonly EndpointPool _endpoints;
    private readonly Authenticator _authenticator;
    private readonly LeaderTracker? _leaders;
    private readonly Telemetry _telemetry;
    private readonly ResiliencePipeline _repeatable;
    private readonly ResiliencePipeline _write;

    public Caller(
        EndpointPool endpoints,
        Authenticator authenticator,
        LeaderTracker? leaders,
        CoordinationClientOptions options,
        Telemetry telemetry)
    {
        _telemetry = telemetry;
        _leaders = leaders;
        _endpoints = endpoints;
        _authenticator = authenticator;
        _repeatable = Build(options.TimeProvider, options.RequestTimeout, options.AttemptTimeout);
        _write = Build(options.TimeProvider, options.RequestTimeout, attemptTimeout: null);
    }

    /// <param name="rpc">What is called.</param>
    /// <param name="call">Starts the call on an endpoint.</param>
    /// <param name="cancellationToken">Ends the wait; a write that was sent may be done all the same.</param>
    /// <param name="requireLeader">False for what a member answers from its own state.</param>
    public async Task<TResponse> CallAsync<TResponse>(
        Rpc rpc,
        Func<Endpoint, CallOptions, AsyncUnaryCall<TResponse>> call,
        CancellationToken cancellationToken,
        bool requireLeader = true)
    {
        using var trace = _telemetry.Begin(rpc);
        try
        {
            return await RepeatAsync(call, new Progress(rpc, trace, requireLeader, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            trace.Fail(failure);
            throw;
        }
    }

    private static ResiliencePipeline Build(TimeProvider time, TimeSpan requestTimeout, TimeSpan? attemptTimeout)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(requestTimeout)
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<RepeatException>().Handle<TimeoutRejectedException>(),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = RetryDelay,
                MaxDelay = RetryDelayMax,
                UseJitter = true,
            });
        return (attemptTimeout is { } limit ? builder.AddTimeout(limit) : builder).Build();
    }

    private async Task<TResponse> RepeatAsync<TResponse>(
        Func<Endpoint, CallOptions, AsyncUnaryCall<TResponse>> call, Progress progress, CancellationToken cancellationToken)
    {
        try
        {
            return await (progress.Rpc.IsWrite ? _write : _repeatable).ExecuteAsync(
                static (work, token) => new ValueTask<TResponse>(work.self.AttemptAsync(work.call, work.progress, token)),
                (self: this, call, progress),
                cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException late)
        {
            throw progress.IsUnderWay && progress.Rpc.IsWrite
                ? new OutcomeUnknownException("Time ran out before the answer to a write: it may have been done.", late)
                : new UnavailableException($"No server could serve in time: {progress.LastFailure ?? "no answer"}", late);
        }
    }

    private async Task<TResponse> AttemptAsync<TResponse>(
        Func<Endpoint, CallOptions, AsyncUnaryCall<TResponse>> call, Progress progress, CancellationToken cancellationToken)
    {
        var endpoint = _endpoints.Choose(preferred: progress.Rpc.IsWrite ? _leaders?.Find() : null);
        progress.Trace.Attempt(endpoint.Address);
        for (var isRenewed = false; ; isRenewed = true)
        {
            CallHeaders? headers = null;
            progress.IsUnderWay = false;
            try
            {
                headers = await _authenticator.HeadersAsync(endpoint, cancellationToken).ConfigureAwait(false);
                progress.IsUnderWay = true;
                using var running = call(endpoint, new CallOptions(progress.Select(headers), cancellationToken: cancellationToken));
                var response = await running.ResponseAsync.ConfigureAwait(false);
                _endpoints.ReportAnswer(endpoint);
                return response;
            }
            catch (Exception error) when (
                error is RpcException or OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                if (!progress.IsGivenUp)
                {
                    ReportFailure(endpoint, progress, "did not answer");
                }

                throw new OperationCanceledException("The call was given up.", error, cancellationToken);
            }
            catch (RpcException error) when (
                !isRenewed && headers is not null && CallFailure.IsTokenRejected(error.Status) && _authenticator.Forget(headers))
            {
                // Refused before anything was done, for a token that the server does not know any more. It has to take the next one.
            }
            catch (RpcException error)
            {
                throw Judge(error, endpoint, progress);
            }
        }
    }

    private Exception Judge(RpcException error, Endpoint endpoint, Progress progress)
    {
        var kind = CallFailure.KindOf(error);
        if (kind is FailureKind.Refused or FailureKind.Faulted)
        {
            _endpoints.ReportAnswer(endpoint);
        }
        else
        {
            ReportFailure(endpoint, progress, error.Status.Detail);
        }

        progress.IsUnderWay &= kind is FailureKind.Interrupted or FailureKind.Faulted;
        if (progress.IsUnderWay && progress.Rpc.IsWrite)
        {
            return new OutcomeUnknownException($"A write may have been done or not: {endpoint.Address}: {error.Status.Detail}", error);
        }

        return kind is FailureKind.NotDone or FailureKind.Interrupted
            ? new RepeatException(error)
            : CallFailure.Refusal(error.Status, error);
    }

    private void ReportFailure(Endpoint endpoint, Progress progress, string reason)
    {
        progress.LastFailure = $"{endpoint.Address}: {reason}";
        _endpoints.ReportFailure(endpoint);
        _leaders?.Forget(endpoint);
    }

    /// <summary>An attempt failed and the next may succeed. Never leaves this class: attempts go on until time runs out.</summary>
    private sealed class RepeatException(Exception cause) : Exception(cause.Message, cause);

    /// <summary>How far one operation is. Attempts follow one another, so nothing here is shared.</summary>
    private sealed class Progress(Rpc rpc, OperationTrace trace, bool requireLeader, CancellationToken callersToken)
    {
        public Rpc Rpc => rpc;

        public OperationTrace Trace => trace;

        /// <summary>The caller does not wait any more, which says nothing about the endpoint.</summary>
        public bool IsGivenUp => callersToken.IsCancellationRequested;

        /// <summary>A request was sent, or may have been, and is not known to have been left undone.</summary>
        public bool IsUnderWay { get; set; }

        public string? LastFailure { get; set; }

        public Metadata? Select(CallHeaders headers) => requireLeader ? headers.LeaderRequired : headers.Any;
    }
}
