namespace Coordination.Recipes;

/// <summary>
/// An instance that is kept registered, until this is disposed of. One loop brings the store to what the program, the checks and the clock
/// say: it writes the instance when it changes, and registers it anew on another lease when the one that it was on is lost, be it by a long
/// pause of the process, by a partition, or because somebody revoked it. Any thread.
/// </summary>
public sealed class ServiceRegistration : IAsyncDisposable
{
    private static readonly TimeSpan RefusedDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly CoordinationNamespace _store;
    private readonly Key _key;
    private readonly RegistrationOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly ITimer _timer;
    private readonly HealthReport[] _reports;
    private List<TaskCompletionSource> _waiting = [];
    private ServiceInstance _instance;
    private HealthReport _own;
    private long _criticalSince;
    private LeaseSession? _session;
    private ServiceInstance? _written;
    private Task _loops = Task.CompletedTask;
    private bool _isDisposed;

    internal ServiceRegistration(CoordinationNamespace store, Key key, ServiceInstance instance, RegistrationOptions options)
    {
        _store = store;
        _key = key;
        _options = options;
        _own = new HealthReport(instance.Status, instance.Note);
        _reports = [.. options.Checks.Select(_ => new HealthReport(HealthStatus.Passing))];
        _instance = instance with { Lease = LeaseId.None, Revision = 0 };
        _timer = options.TimeProvider.CreateTimer(
            _ => _changed.Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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
        List<TaskCompletionSource> waiting;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            (waiting, _waiting) = (_waiting, []);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (var waiter in waiting)
        {
            waiter.TrySetException(new ObjectDisposedException(nameof(ServiceRegistration)));
        }

        if (_session is not null)
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Registers for the first time, and keeps registered from then on.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_options.Checks.Select((check, index) => LookAsync(check, index, cancellationToken))).ConfigureAwait(false);
        _session = await _store.Leases.OpenSessionAsync(_options.TimeToLive, cancellationToken).ConfigureAwait(false);
        _written = Instance;
        try
        {
            await _store.KeyValues.PutAsync(
                _key, InstanceDocument.Write(_written), new PutOptions { Lease = _session.Id }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await _session.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _loops = Task.WhenAll([KeepAsync(), .. _options.Checks.Select(RepeatAsync)]);
    }

    private async Task RepeatAsync(HealthCheck check, int index)
    {
        using var timer = new PeriodicTimer(check.Interval, _options.TimeProvider);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            await LookAsync(check, index, _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(HealthCheck check, int index, CancellationToken cancellationToken)
    {
        var report = await check.ReportAsync(_options.TimeProvider, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _reports[index] = report;
            if (!JudgeLocked())
            {
                return;
            }
        }

        _changed.Release();
    }

    private async Task ChangeAsync(Action change, CancellationToken cancellationToken)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            change();
            JudgeLocked();
            _waiting.Add(written);
        }

        _changed.Release();
        await written.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>What shall be in the store, null for nothing, and who waits for it.</summary>
    private (ServiceInstance? Wanted, List<TaskCompletionSource> Waiting) Take()
    {
        lock (_lock)
        {
            var isWithdrawn = _instance.Status == HealthStatus.Critical && _options.DeregisterCriticalAfter is { } limit
                && _options.TimeProvider.GetElapsedTime(_criticalSince) >= limit;
            (var waiting, _waiting) = (_waiting, []);
            return (isWithdrawn ? null : _instance, waiting);
        }
    }

    private async Task KeepAsync()
    {
        var session = _session!;
        var written = _written;
        while (true)
        {
            using (var wake = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, session.LostToken))
            {
                await _changed.WaitAsync(wake.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            _stop.Token.ThrowIfCancellationRequested();
            var (wanted, waiting) = Take();
            if (ReferenceEquals(wanted, written) && !session.IsLost)
            {
                // One of several signals, all of which the write before has answered.
                waiting.ForEach(waiter => waiter.TrySetResult());
                continue;
            }

            try
            {
                session = await WriteAsync(session, wanted).ConfigureAwait(false);
                written = wanted;
                waiting.ForEach(waiter => waiter.TrySetResult());
            }
            catch (CoordinationException refusal)
            {
                // The store is full, or the user may not: that can pass, and the lease, if there is one, is kept meanwhile.
                waiting.ForEach(waiter => waiter.TrySetException(refusal));
                await Task.Delay(RefusedDelay, _options.TimeProvider, _stop.Token).ConfigureAwait(false);
                _changed.Release();
            }
        }
    }

    /// <summary>Writes until it is done; on another session when the present one is lost.</summary>
    private async Task<LeaseSession> WriteAsync(LeaseSession session, ServiceInstance? wanted)
    {
        while (!await TryWriteAsync(session, wanted).ConfigureAwait(false))
        {
            // Ends the lease for certain, so that it takes nothing away later.
            await session.DisposeAsync().ConfigureAwait(false);
            session = await Repeat.UntilAnsweredAsync(
                token => _store.Leases.OpenSessionAsync(_options.TimeToLive, token), _stop.Token).ConfigureAwait(false);
            _session = session;
        }

        return session;
    }

    /// <summary>False when the session is lost.</summary>
    private async Task<bool> TryWriteAsync(LeaseSession session, ServiceInstance? wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, session.LostToken);
        try
        {
            // What somebody else has registered under this id since is overwritten, but not deleted.
            var write = wanted is null
                ? _store.KeyValues.When(Condition.Lease(_key, session.Id)).Then(Operation.Delete(_key))
                : _store.KeyValues.When().Then(
                    Operation.Put(_key, InstanceDocument.Write(wanted), new PutOptions { Lease = session.Id }));
            await Repeat.UntilAnsweredAsync(write.CommitAsync, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is LeaseNotFoundException or OperationCanceledException)
        {
            _stop.Token.ThrowIfCancellationRequested();
            return false;
        }
    }
}
