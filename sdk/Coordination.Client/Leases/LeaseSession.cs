namespace Coordination.Client;

/// <summary>
/// A lease that is kept alive, and the knowledge whether it can be relied on. A renewal counts from the moment it was sent, and a tenth of
/// the time to live is kept back for clocks that run at different speeds: on this process's clock the session is lost before any server can
/// have let the lease expire. That holds after a pause of the process, too: <see cref="IsLost"/> looks at the clock, although
/// <see cref="LostToken"/> can only follow when the process runs again. Between asking and acting a process can pause once more, so what
/// must never happen twice needs a condition in the store as well, or a fencing token.
/// <para>A lost session stays lost. Any thread.</para>
/// </summary>
public sealed class LeaseSession : IAsyncDisposable
{
    private static readonly TimeSpan RevokeMax = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly LeaseClient _client;
    private readonly LeaseKeeper _keeper;
    private readonly CancellationTokenSource _lost = new();
    private readonly ITimer _timer;
    private long _renewedAt;
    private TimeSpan _validFor;
    private LeaseLossCause _cause;

    /// <param name="client">Revokes the lease.</param>
    /// <param name="keeper">Renews it.</param>
    /// <param name="grant">What the server said.</param>
    /// <param name="sentAt">When the request that it answered was sent, on the keeper's clock.</param>
    internal LeaseSession(LeaseClient client, LeaseKeeper keeper, LeaseGrant grant, long sentAt)
    {
        _client = client;
        _keeper = keeper;
        Id = grant.Id;
        TimeToLive = grant.TimeToLive;
        LostToken = _lost.Token;
        _timer = keeper.Time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Renewed(sentAt, grant.TimeToLive);
    }

    /// <summary>The lease.</summary>
    public LeaseId Id { get; }

    /// <summary>How long the lease lives without renewal, as granted.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>Cancelled when the session is lost or disposed. Its callbacks run on the thread pool.</summary>
    public CancellationToken LostToken { get; }

    /// <summary>True when the lease cannot be relied on any more, and never will be again.</summary>
    public bool IsLost => Cause != LeaseLossCause.None;

    /// <summary>Why the session is lost.</summary>
    public LeaseLossCause Cause
    {
        get
        {
            lock (_lock)
            {
                return CauseLocked();
            }
        }
    }

    /// <summary>How long the lease can be relied on if no renewal succeeds any more; zero when it is lost.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                return CauseLocked() == LeaseLossCause.None ? RemainingLocked() : TimeSpan.Zero;
            }
        }
    }

    /// <summary>
    /// Stops the renewal and revokes the lease, so that its keys vanish at once; they do so a time to live later when that fails.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        var wasHeld = End(LeaseLossCause.Disposed);
        _keeper.Remove(this);
        await _timer.DisposeAsync().ConfigureAwait(false);
        if (!wasHeld)
        {
            return;
        }

        using var limit = new CancellationTokenSource(RevokeMax, _keeper.Time);
        try
        {
            await _client.RevokeAsync(Id, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is CoordinationException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody renews it any more: it expires by itself.
        }
    }

    /// <summary>The server renewed the lease.</summary>
    /// <param name="sentAt">When the renewal was sent.</param>
    /// <param name="timeToLive">What the server said that it lives from then on, at least.</param>
    internal void Renewed(long sentAt, TimeSpan timeToLive)
    {
        lock (_lock)
        {
            // What has been told as lost stays lost, even if the server was more patient.
            if (CauseLocked() != LeaseLossCause.None)
            {
                return;
            }

            _renewedAt = sentAt;
            _validFor = timeToLive * 0.9;
            var remaining = RemainingLocked();
            _timer.Change(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends the session unless it has ended; true when it had not.</summary>
    internal bool End(LeaseLossCause cause)
    {
        lock (_lock)
        {
            if (_cause != LeaseLossCause.None)
            {
                return false;
            }

            var late = CauseLocked();
            _cause = cause = late == LeaseLossCause.None ? cause : late;
        }

        _keeper.Telemetry.SessionEnded(Id, cause);

        // On threads of their own: callbacks that throw or block stop neither the renewal of other leases nor the clock.
        _ = _lost.CancelAsync();
        return true;
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_cause != LeaseLossCause.None)
            {
                return;
            }

            // A renewal may have come in between, and timers may be early by less than their step.
            if (RemainingLocked() is var remaining && remaining > TimeSpan.Zero)
            {
                _timer.Change(remaining > TimerStep ? remaining : TimerStep, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        if (End(LeaseLossCause.NotRenewedInTime))
        {
            _keeper.Remove(this);
        }
    }

    private LeaseLossCause CauseLocked() =>
        _cause == LeaseLossCause.None && _validFor > TimeSpan.Zero && RemainingLocked() <= TimeSpan.Zero
            ? LeaseLossCause.NotRenewedInTime
            : _cause;

    private TimeSpan RemainingLocked() => _validFor - _keeper.Time.GetElapsedTime(_renewedAt);
}
