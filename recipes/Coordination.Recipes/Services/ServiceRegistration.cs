namespace Coordination.Recipes;

/// <summary>
/// An instance that is kept registered, until this is disposed of: the store follows what the program, the checks and the clock say, and
/// the instance is registered anew when its lease is lost. Any thread.
/// </summary>
public sealed class ServiceRegistration : IAsyncDisposable
{
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly KeptKey _key;
    private readonly RegistrationOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly HealthReport[] _reports;
    private ServiceInstance _instance;
    private HealthReport _own;
    private long _criticalSince;
    private Task _checks = Task.CompletedTask;

    internal ServiceRegistration(CoordinationNamespace store, Key key, ServiceInstance instance, RegistrationOptions options)
    {
        _key = new KeptKey(store, key, options.TimeToLive);
        _options = options;
        _own = new HealthReport(instance.Status, instance.Note);
        _reports = [.. options.Checks.Select(_ => new HealthReport(HealthStatus.Passing))];
        _instance = instance with { Lease = LeaseId.None, Revision = 0 };
        _timer = options.TimeProvider.CreateTimer(_ => OnCriticalTooLong(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The instance as this process wants it to be seen; the store follows.</summary>
    public ServiceInstance Instance
    {
        get
        {
            lock (_lock)
            {
                return _instance;
            }
        }
    }

    /// <summary>Says how the instance is. When there are checks, the worst of all counts.</summary>
    /// <param name="status">How.</param>
    /// <param name="note">Why, in words.</param>
    /// <param name="cancellationToken">Ends the wait; it will be done all the same.</param>
    /// <returns>Completes when it is in the store.</returns>
    /// <exception cref="ObjectDisposedException">The registration has ended.</exception>
    public Task ReportAsync(HealthStatus status, string? note = null, CancellationToken cancellationToken = default) => ChangeAsync(
        () => _own = new HealthReport(status, note), cancellationToken);

    /// <summary>Changes what is registered, such as weight, tags or metadata; not service, id or health.</summary>
    /// <param name="change">Makes the new from the present instance. Called once, under a lock.</param>
    /// <param name="cancellationToken">Ends the wait; it will be done all the same.</param>
    /// <returns>Completes when it is in the store.</returns>
    /// <exception cref="ObjectDisposedException">The registration has ended.</exception>
    public Task UpdateAsync(Func<ServiceInstance, ServiceInstance> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ChangeAsync(
            () => _instance = change(_instance) with { Service = _instance.Service, Id = _instance.Id }, cancellationToken);
    }

    /// <summary>
    /// Ends in order: asks for no new work, waits until the others have heard and finished theirs, and deregisters. Dispose of the
    /// registration to end at once.
    /// </summary>
    /// <param name="grace">How long to wait in between.</param>
    /// <param name="cancellationToken">Ends the wait in between: the instance is deregistered then, too.</param>
    /// <exception cref="ObjectDisposedException">The registration has ended.</exception>
    public async Task DrainAsync(TimeSpan grace, CancellationToken cancellationToken = default)
    {
        try
        {
            await ChangeAsync(() => _instance = _instance with { IsDraining = true }, cancellationToken).ConfigureAwait(false);
            await Task.Delay(grace, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Deregisters the instance and ends its checks. When no server can be reached it vanishes with its lease. Never throws because of
    /// that; doing it again does nothing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _checks.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _key.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Registers for the first time, and keeps registered from then on.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_options.Checks.Select((check, index) => LookAsync(check, index, cancellationToken))).ConfigureAwait(false);
        await _key.StartAsync(InstanceDocument.Write(Instance), cancellationToken).ConfigureAwait(false);
        _checks = Task.WhenAll(_options.Checks.Select(RepeatAsync));
    }

    private async Task RepeatAsync(HealthCheck check, int index)
    {
        using var timer = new PeriodicTimer(check.Interval, _options.TimeProvider);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            if (await LookAsync(check, index, _stop.Token).ConfigureAwait(false))
            {
                Follow();
            }
        }
    }

    /// <summary>True when what the instance is has changed by it.</summary>
    private async Task<bool> LookAsync(HealthCheck check, int index, CancellationToken cancellationToken)
    {
        var report = await check.ReportAsync(_options.TimeProvider, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _reports[index] = report;
            return JudgeLocked();
        }
    }

    private Task ChangeAsync(Action change, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            change();
            JudgeLocked();
            return _key.WriteAsync(WantedLocked(), cancellationToken);
        }
    }

    private void OnCriticalTooLong()
    {
        lock (_lock)
        {
            // Timers may be early by less than their step.
            var left = _options.DeregisterCriticalAfter!.Value - _options.TimeProvider.GetElapsedTime(_criticalSince);
            if (left > TimeSpan.Zero)
            {
                _timer.Change(left > TimerStep ? left : TimerStep, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Follow();
    }

    private void Follow()
    {
        lock (_lock)
        {
            _key.Want(WantedLocked());
        }
    }

    /// <summary>What own word and checks come to; true when that differs from before.</summary>
    private bool JudgeLocked()
    {
        var worst = _reports.Append(_own).MaxBy(report => report.Status)!;
        if (_instance.Status == worst.Status && _instance.Note == worst.Note)
        {
            return false;
        }

        if (_instance.Status != HealthStatus.Critical && worst.Status == HealthStatus.Critical)
        {
            _criticalSince = _options.TimeProvider.GetTimestamp();
            _timer.Change(_options.DeregisterCriticalAfter ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _instance = _instance with { Status = worst.Status, Note = worst.Note };
        return true;
    }

    private Value? WantedLocked() =>
        _instance.Status == HealthStatus.Critical && _options.DeregisterCriticalAfter is { } limit
        && _options.TimeProvider.GetElapsedTime(_criticalSince) >= limit
            ? (Value?)null
            : InstanceDocument.Write(_instance);
}
