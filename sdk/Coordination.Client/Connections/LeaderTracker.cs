using Grpc.Core;

namespace Coordination.Client;

/// <summary>
/// Knows which endpoint leads, for clients that prefer to write there. Nobody waits for it: while a write asks, and what is known is old,
/// all endpoints are asked in the background, so that an idle client asks nobody. Any thread.
/// </summary>
internal sealed class LeaderTracker : IAsyncDisposable
{
    /// <summary>While no leader is known that works, endpoints are asked so many times more often.</summary>
    private const int Haste = 5;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly EndpointPool _endpoints;
    private readonly Authenticator _authenticator;
    private readonly TimeSpan _interval;
    private readonly TimeSpan _answerMax;
    private readonly TimeProvider _time;
    private readonly Telemetry _telemetry;
    private Endpoint? _leader;
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;
    private bool _isStopped;

    public LeaderTracker(
        EndpointPool endpoints, Authenticator authenticator, CoordinationClientOptions options, Telemetry telemetry)
    {
        _telemetry = telemetry;
        _endpoints = endpoints;
        _authenticator = authenticator;
        _interval = options.LeaderRefreshInterval;
        _answerMax = options.AttemptTimeout;
        _time = options.TimeProvider;
    }

    /// <summary>The endpoint that led when last heard of; null when none is known.</summary>
    public Endpoint? Find()
    {
        lock (_lock)
        {
            var wait = _leader is null ? _interval / Haste : _interval;
            if (!_isStopped && _asking.IsCompleted && (_askedAt is not { } askedAt || _time.GetElapsedTime(askedAt) >= wait))
            {
                _askedAt = _time.GetTimestamp();
                _asking = Task.Run(AskAsync);
            }

            return _leader;
        }
    }

    /// <summary>An endpoint failed: if it led, it most likely does no more.</summary>
    public void Forget(Endpoint endpoint)
    {
        lock (_lock)
        {
            _leader = ReferenceEquals(_leader, endpoint) ? null : _leader;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _asking.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AskAsync()
    {
        using var limit = new CancellationTokenSource(_answerMax, _time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        var answers = await Task.WhenAll(_endpoints.All.Select(endpoint => FindStatusAsync(endpoint, ended.Token))).ConfigureAwait(false);

        // Who was cut off believes in the leader of an earlier term.
        var leader = answers.Where(answer => answer?.Leader > 0).MaxBy(answer => answer!.RaftTerm)?.Leader;
        var index = leader is null ? -1 : Array.FindIndex(answers, answer => answer?.Header.MemberId == leader);
        var found = index < 0 ? null : _endpoints.All[index];
        Endpoint? before;
        lock (_lock)
        {
            before = _leader;
            _leader = found;
        }

        if (found is not null && !ReferenceEquals(found, before))
        {
            _telemetry.LeaderChanged(found.Address);
        }
    }

    private async Task<Etcd.StatusResponse?> FindStatusAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var headers = await _authenticator.HeadersAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return await endpoint.Maintenance.StatusAsync(
                new Etcd.StatusRequest(), headers.Any, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException)
        {
            return null;
        }
    }
}
