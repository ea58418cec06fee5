namespace Coordination.Client;

/// <summary>
/// The endpoints of a client, and which of them work. One that failed is put aside, longer with every failure in a row, and is tried again
/// when its time is over or when there is no other. Any thread.
/// </summary>
internal sealed class EndpointPool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IReadOnlyList<Endpoint> _endpoints;
    private readonly Health[] _health;
    private readonly EndpointSelection _selection;
    private readonly TimeSpan _backoffMin;
    private readonly TimeSpan _backoffMax;
    private readonly TimeProvider _time;
    private readonly Telemetry _telemetry;
    private readonly long _began;
    private int _first;

    public EndpointPool(CoordinationClientOptions options, Telemetry telemetry)
    {
        _telemetry = telemetry;
        _endpoints = [.. options.Endpoints.Select(address => new Endpoint(address, options))];
        _health = new Health[_endpoints.Count];
        _selection = options.EndpointSelection;
        _backoffMin = options.EndpointBackoffMin;
        _backoffMax = options.EndpointBackoffMax;
        _time = options.TimeProvider;
        _began = _time.GetTimestamp();
    }

    private TimeSpan Now => _time.GetElapsedTime(_began);

    /// <summary>Every endpoint, whether it works or not.</summary>
    public IReadOnlyList<Endpoint> All => _endpoints;

    /// <summary>The endpoint for the next call: one that works, else the one whose time aside ends first.</summary>
    /// <param name="preferred">The one to take if it works.</param>
    public Endpoint Choose(Endpoint? preferred = null)
    {
        lock (_lock)
        {
            var now = Now;
            if (preferred is not null && _health[IndexOfLocked(preferred)].AsideUntil <= now)
            {
                return preferred;
            }

            var chosen = _first;
            for (var step = 0; step < _endpoints.Count; step++)
            {
                var candidate = (_first + step) % _endpoints.Count;
                if (_health[candidate].AsideUntil <= now)
                {
                    chosen = candidate;
                    break;
                }

                if (_health[candidate].AsideUntil < _health[chosen].AsideUntil)
                {
                    chosen = candidate;
                }
            }

            _first = _selection == EndpointSelection.Sticky ? chosen : (chosen + 1) % _endpoints.Count;
            return _endpoints[chosen];
        }
    }

    /// <summary>The endpoint answered, whatever it said: it works.</summary>
    public void ReportAnswer(Endpoint endpoint)
    {
        bool isBack;
        lock (_lock)
        {
            ref var health = ref _health[IndexOfLocked(endpoint)];
            isBack = health.Failures > 0;
            health = default;
        }

        if (isBack)
        {
            _telemetry.EndpointWorks(endpoint.Address);
        }
    }

    /// <summary>The endpoint could not be reached, was silent, or cannot serve now.</summary>
    public void ReportFailure(Endpoint endpoint)
    {
        TimeSpan backoff;
        lock (_lock)
        {
            var index = IndexOfLocked(endpoint);
            ref var health = ref _health[index];
            var now = Now;
            if (health.AsideUntil > now && health.Failures > 0)
            {
                // One outage fails many calls at once: they are one failure.
                return;
            }

            backoff = _backoffMin * Math.Pow(2, Math.Min(health.Failures, 30));
            backoff = backoff < _backoffMax ? backoff : _backoffMax;
            health = new Health(health.Failures + 1, now + backoff);
            if (_first == index)
            {
                // Others come first, also for a caller that is back only when the time aside is over.
                _first = (index + 1) % _endpoints.Count;
            }
        }

        _telemetry.EndpointFailed(endpoint.Address, backoff);
    }

    public void Dispose()
    {
        foreach (var endpoint in _endpoints)
        {
            endpoint.Dispose();
        }
    }

    private int IndexOfLocked(Endpoint endpoint)
    {
        for (var index = 0; index < _endpoints.Count; index++)
        {
            if (ReferenceEquals(_endpoints[index], endpoint))
            {
                return index;
            }
        }

        throw new ArgumentException($"{endpoint.Address} is not of this pool.", nameof(endpoint));
    }

    /// <param name="Failures">In a row.</param>
    /// <param name="AsideUntil">On the pool's clock; zero when it works.</param>
    private readonly record struct Health(int Failures, TimeSpan AsideUntil);
}
