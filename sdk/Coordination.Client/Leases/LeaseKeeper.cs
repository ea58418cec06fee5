using System.Collections.Concurrent;
using Grpc.Core;

namespace Coordination.Client;

/// <summary>
/// Renews the leases of all sessions of a client over one stream, a third of their time to live after the last renewal was sent, and opens
/// another stream on another endpoint when one breaks or leaves a renewal without an answer. One loop, which runs from the first session
/// on; sessions come and go on any thread.
/// </summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    /// <summary>Of a time to live: when a renewal is sent after the one before, and how long its answer may take.</summary>
    private const int RenewalsPerTimeToLive = 3;

    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>A server that refuses will most likely do so again, and to look at a password costs it much.</summary>
    private static readonly TimeSpan RefusedDelay = TimeSpan.FromSeconds(1);

    /// <summary>Timers count whole milliseconds: a shorter wait would be none.</summary>
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    private readonly EndpointPool _endpoints;
    private readonly Authenticator _authenticator;
    private readonly TimeSpan _answerMax;
    private readonly ConcurrentDictionary<LeaseId, KeptLease> _leases = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Lock _lock = new();
    private Task _loop = Task.CompletedTask;
    private bool _isStopped;

    public LeaseKeeper(EndpointPool endpoints, Authenticator authenticator, CoordinationClientOptions options, Telemetry telemetry)
    {
        Telemetry = telemetry;
        _endpoints = endpoints;
        _authenticator = authenticator;
        _answerMax = options.AttemptTimeout;
        Time = options.TimeProvider;
    }

    public TimeProvider Time { get; }

    public Telemetry Telemetry { get; }

    public void Add(LeaseSession session)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isStopped, typeof(CoordinationClient));
            _leases[session.Id] = new KeptLease(session, After(Time.GetTimestamp(), session.TimeToLive / RenewalsPerTimeToLive));
            if (_loop.IsCompleted)
            {
                _loop = Task.Run(() => RunAsync(_stop.Token));
            }
        }

        _changed.Release();
    }

    public void Remove(LeaseSession session) => _leases.TryRemove(session.Id, out _);

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

        // From here on nobody starts a loop.
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        foreach (var lease in _leases.Values)
        {
            lease.Session.End(LeaseLossCause.Disposed);
        }

        _stop.Dispose();
        _changed.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (_leases.IsEmpty)
            {
                await _changed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            var endpoint = _endpoints.Choose();
            var delay = ReconnectDelay;
            CallHeaders? headers = null;
            try
            {
                headers = await _authenticator.HeadersAsync(endpoint, cancellationToken).ConfigureAwait(false);
                await KeepAsync(endpoint, headers, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException error) when (
                headers is not null && CallFailure.IsTokenRejected(error.Status) && _authenticator.Forget(headers))
            {
                // The next stream has another token.
            }
            catch (Exception broken) when (
                !cancellationToken.IsCancellationRequested
                && (broken is TimeoutException || CallFailure.IsBrokenStream(broken)))
            {
                _endpoints.ReportFailure(endpoint);
                delay = broken is RpcException error && CallFailure.KindOf(error) == FailureKind.Refused ? RefusedDelay : ReconnectDelay;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            RepeatUnanswered();
            await Task.Delay(delay, Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What had no answer when the stream broke is due at once: its answer, if there was one, went with the stream.</summary>
    private void RepeatUnanswered()
    {
        foreach (var lease in _leases.Values.Where(lease => lease.SentAt is not null))
        {
            lease.DueAt = Time.GetTimestamp();
            lease.SentAt = null;
        }
    }

    /// <summary>Renews over one stream until it breaks, which it reports as an exception.</summary>
    private async Task KeepAsync(Endpoint endpoint, CallHeaders headers, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var stream = endpoint.Leases.LeaseKeepAlive(headers.LeaderRequired, cancellationToken: ended.Token);
        var answered = stream.ResponseStream.MoveNext(ended.Token);
        var changed = _changed.WaitAsync(ended.Token);
        try
        {
            while (true)
            {
                var wait = await SendDueAsync(stream.RequestStream, ended.Token).ConfigureAwait(false);
                using var timer = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
                await Task.WhenAny(answered, changed, Task.Delay(wait, Time, timer.Token)).ConfigureAwait(false);
                await timer.CancelAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (answered.IsCompleted)
                {
                    if (!await answered.ConfigureAwait(false))
                    {
                        throw new RpcException(new Status(StatusCode.Unavailable, "The server ended the stream."));
                    }

                    _endpoints.ReportAnswer(endpoint);
                    Accept(stream.ResponseStream.Current);
                    answered = stream.ResponseStream.MoveNext(ended.Token);
                }

                if (changed.IsCompleted)
                {
                    changed = _changed.WaitAsync(ended.Token);
                }
            }
        }
        finally
        {
            // The tasks that are left end with the stream; what they say is of no interest any more.
            await ended.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(answered, changed)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends the renewals that are due; how long to wait until the next is, or until an answer is late.</summary>
    private async Task<TimeSpan> SendDueAsync(IClientStreamWriter<Etcd.LeaseKeepAliveRequest> requests, CancellationToken cancellationToken)
    {
        var wait = Timeout.InfiniteTimeSpan;
        foreach (var lease in _leases.Values)
        {
            var third = lease.Session.TimeToLive / RenewalsPerTimeToLive;
            var answerMax = third < _answerMax ? third : _answerMax;
            var now = Time.GetTimestamp();
            if (lease.SentAt is null && lease.DueAt <= now)
            {
                // Taken before it is sent: the server's clock starts later than this, never earlier. It waits for a connection, which has
                // a time limit of its own, and not for the server.
                lease.SentAt = now;
                lease.DueAt = After(now, third);
                await requests.WriteAsync(new Etcd.LeaseKeepAliveRequest { ID = lease.Session.Id.Value }, cancellationToken)
                    .WaitAsync(lease.Session.Remaining, Time, cancellationToken).ConfigureAwait(false);
            }

            var next = Time.GetElapsedTime(Time.GetTimestamp(), lease.SentAt is { } sentAt ? After(sentAt, answerMax) : lease.DueAt);
            if (next <= TimeSpan.Zero && lease.SentAt is not null)
            {
                throw new TimeoutException("The server does not answer a renewal.");
            }

            next = next > TimerStep ? next : TimerStep;
            wait = wait == Timeout.InfiniteTimeSpan || next < wait ? next : wait;
        }

        return wait;
    }

    private void Accept(Etcd.LeaseKeepAliveResponse response)
    {
        if (!_leases.TryGetValue(new LeaseId(response.ID), out var lease) || lease.SentAt is not { } sentAt)
        {
            return;
        }

        lease.SentAt = null;
        if (response.TTL > 0)
        {
            lease.Session.Renewed(sentAt, TimeSpan.FromSeconds(response.TTL));
        }
        else
        {
            Remove(lease.Session);
            lease.Session.End(LeaseLossCause.GoneAtServer);
        }
    }

    private long After(long timestamp, TimeSpan time) => timestamp + (long)(time.TotalSeconds * Time.TimestampFrequency);
}
