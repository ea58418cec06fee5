namespace Coordination.Proxy;

/// <summary>
/// How many requests to a service may be sent again: a part of all requests, and some every second besides, so that a service that is
/// asked seldom has retries, too. What is not spent is kept for <see cref="Window"/>. Retries are the first thing that an overloaded
/// service has to be spared. Any thread.
/// </summary>
internal sealed class RetryBudget(double share, double perSecondMin, TimeProvider time)
{
    /// <summary>For how long allowances are saved.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private double _balance = perSecondMin * Window.TotalSeconds;
    private long _at = time.GetTimestamp();

    /// <summary>A request came: it earns its part of a retry.</summary>
    public void Deposit()
    {
        lock (_lock)
        {
            EarnLocked();
            _balance += share;
        }
    }

    /// <summary>Takes a retry; false when there is none left.</summary>
    public bool TryWithdraw()
    {
        lock (_lock)
        {
            EarnLocked();
            if (_balance < 1)
            {
                return false;
            }

            _balance--;
            return true;
        }
    }

    /// <summary>What came with time, less what was saved for too long: the balance falls by a tenth every second.</summary>
    private void EarnLocked()
    {
        var now = time.GetTimestamp();
        var passed = time.GetElapsedTime(_at, now).TotalSeconds;
        _at = now;
        var kept = Math.Exp(-passed / Window.TotalSeconds);
        var resting = perSecondMin * Window.TotalSeconds;
        _balance = resting + ((_balance - resting) * kept);
    }
}
