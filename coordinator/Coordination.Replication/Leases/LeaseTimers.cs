using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// When each lease expires, on the leader's monotonic clock. Only a leader has running clocks: a new one gives every lease its full time,
/// or what was last checkpointed, plus an election timeout. Renewals and questions come from any thread, everything else from the replica's
/// loop, which also proposes the revocation of what is due: in its own term, so that a leader that was replaced revokes nothing.
/// </summary>
public sealed class LeaseTimers
{
    /// <summary>The longest time to live that a lease may have, in seconds; etcd's figure.</summary>
    public const long TtlSecondsMax = 9_000_000_000;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<long, TimedLease> _leases = [];
    private readonly PriorityQueue<TimedLease, long> _byExpiry = new();
    private readonly List<LeaseRemaining> _checkpointResets = [];
    private bool _isLeading;

    internal LeaseTimers(TimeProvider time, TimeSpan electionTimeout)
    {
        _time = time;
        MinTtlSeconds = (long)Math.Ceiling(electionTimeout.TotalSeconds * 1.5);
    }

    /// <summary>The shortest time to live that a lease may have: one and a half election timeouts, in whole seconds.</summary>
    public long MinTtlSeconds { get; }

    /// <summary>Whether the clocks run here.</summary>
    public bool IsLeading
    {
        get
        {
            lock (_gate)
            {
                return _isLeading;
            }
        }
    }

    /// <summary>
    /// Lets the lease begin its time anew. The caller has made sure that this replica leads. A lease that is due is not renewed any more:
    /// the call waits until it is revoked. If a checkpoint says that less time is left, the call waits until that is taken back: a next
    /// leader would go by it.
    /// </summary>
    public ValueTask<LeaseRenewal> RenewAsync(long id)
    {
        lock (_gate)
        {
            if (!_isLeading || !_leases.TryGetValue(id, out var lease))
            {
                return ValueTask.FromResult(new LeaseRenewal(_isLeading, 0));
            }

            long now = _time.GetTimestamp();
            if (lease.Revocation is null && lease.Expiry > now)
            {
                lease.Expiry = now + Ticks(lease.TtlSeconds);
                if (!lease.IsCheckpointed)
                {
                    return ValueTask.FromResult(new LeaseRenewal(true, lease.TtlSeconds));
                }

                return new ValueTask<LeaseRenewal>(TakeBackCheckpointLockedAsync(lease));
            }

            lease.Revocation ??= NewDecision();
            return new ValueTask<LeaseRenewal>(lease.Revocation.Task);
        }
    }

    /// <summary>Whether no lease waits for its end here.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _leases.Count == 0;
            }
        }
    }

    /// <summary>What is left of a lease; null when there is none of that id, or this replica does not lead.</summary>
    public LeaseRemainder? FindRemaining(long id)
    {
        lock (_gate)
        {
            return _leases.TryGetValue(id, out var lease)
                ? new LeaseRemainder(lease.TtlSeconds, (lease.Expiry - _time.GetTimestamp()) / _time.TimestampFrequency)
                : null;
        }
    }

    /// <summary>This replica leads from now on.</summary>
    internal void Lead(IReadOnlyList<StoredLease> leases, TimeSpan extension)
    {
        lock (_gate)
        {
            ClearLocked();
            _isLeading = true;
            foreach (var stored in leases)
            {
                AddLocked(stored.Id, stored.TtlSeconds, stored.RemainingSeconds, extension);
            }
        }
    }

    /// <summary>This replica does not lead any more.</summary>
    internal void Follow()
    {
        lock (_gate)
        {
            ClearLocked();
            _isLeading = false;
        }
    }

    /// <summary>A lease was granted.</summary>
    internal void Granted(long id, long ttlSeconds)
    {
        lock (_gate)
        {
            if (_isLeading)
            {
                AddLocked(id, ttlSeconds, 0, TimeSpan.Zero);
            }
        }
    }

    /// <summary>A lease is gone.</summary>
    internal void Revoked(long id)
    {
        lock (_gate)
        {
            if (_leases.Remove(id, out var lease))
            {
                // Whoever renewed it while a checkpoint was taken back was not told so yet, and now never will be.
                lease.End(new LeaseRenewal(true, 0));
            }
        }
    }

    /// <summary>A revocation was refused, for an alarm: if the lease is due, it is to be proposed again.</summary>
    internal void Refused(long id)
    {
        lock (_gate)
        {
            if (_leases.TryGetValue(id, out var lease) && lease.Revocation is not null)
            {
                _byExpiry.Enqueue(lease, lease.Expiry);
            }
        }
    }

    /// <summary>Checkpoints are part of the state.</summary>
    internal void Checkpointed(IReadOnlyList<LeaseRemaining> remaining)
    {
        lock (_gate)
        {
            for (int i = 0; i < remaining.Count; i++)
            {
                if (remaining[i].Seconds == 0 && _leases.TryGetValue(remaining[i].Id, out var lease) && lease.TakingBack is { } takingBack)
                {
                    lease.IsCheckpointed = false;
                    lease.TakingBack = null;
                    takingBack.TrySetResult(new LeaseRenewal(true, lease.TtlSeconds));
                }
            }
        }
    }

    /// <summary>What took checkpoints back could not be proposed: it is to be proposed again.</summary>
    internal void Postpone(IReadOnlyList<LeaseRemaining> resets)
    {
        lock (_gate)
        {
            _checkpointResets.AddRange(resets);
        }
    }

    /// <summary>Adds the ids of leases that are due, and whose revocation is to be proposed now.</summary>
    internal void TakeDue(List<long> due, int countMax)
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            while (due.Count < countMax && _byExpiry.TryPeek(out var lease, out long scheduled) && scheduled <= now)
            {
                _byExpiry.Dequeue();
                bool isCurrent = _leases.TryGetValue(lease.Id, out var current) && ReferenceEquals(current, lease);
                if (!isCurrent)
                {
                    continue;
                }

                if (lease.Expiry > now)
                {
                    // Renewed since it was queued.
                    _byExpiry.Enqueue(lease, lease.Expiry);
                    continue;
                }

                lease.Revocation ??= NewDecision();
                due.Add(lease.Id);
            }
        }
    }

    /// <summary>The revocation of a lease that was due could not be proposed: it is due again at the next look.</summary>
    internal void Postpone(long id)
    {
        lock (_gate)
        {
            if (_leases.TryGetValue(id, out var lease))
            {
                _byExpiry.Enqueue(lease, lease.Expiry);
            }
        }
    }

    /// <summary>The remaining time of every lease that outlives <paramref name="interval"/>, to be checkpointed.</summary>
    internal IReadOnlyList<LeaseRemaining> TakeCheckpoints(TimeSpan interval)
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            List<LeaseRemaining> remaining = [];
            foreach (var lease in _leases.Values)
            {
                long seconds = (lease.Expiry - now) / _time.TimestampFrequency;
                if (lease.TtlSeconds > interval.TotalSeconds && seconds > 0 && lease.Revocation is null && lease.TakingBack is null)
                {
                    remaining.Add(new LeaseRemaining(lease.Id, Math.Min(seconds, lease.TtlSeconds)));
                    lease.IsCheckpointed = true;
                }
            }

            return remaining;
        }
    }

    /// <summary>Checkpoints that renewals have made untrue, to be taken back.</summary>
    internal IReadOnlyList<LeaseRemaining> TakeCheckpointResets()
    {
        lock (_gate)
        {
            if (_checkpointResets.Count == 0)
            {
                return [];
            }

            LeaseRemaining[] resets = [.. _checkpointResets];
            _checkpointResets.Clear();
            return resets;
        }
    }

    private static TaskCompletionSource<LeaseRenewal> NewDecision() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void AddLocked(long id, long ttlSeconds, long remainingSeconds, TimeSpan extension)
    {
        long seconds = remainingSeconds > 0 ? remainingSeconds : ttlSeconds;
        var lease = new TimedLease(id, ttlSeconds)
        {
            Expiry = _time.GetTimestamp() + Ticks(seconds) + (long)(extension.TotalSeconds * _time.TimestampFrequency),
            IsCheckpointed = remainingSeconds > 0,
        };
        _leases[id] = lease;
        _byExpiry.Enqueue(lease, lease.Expiry);
    }

    private Task<LeaseRenewal> TakeBackCheckpointLockedAsync(TimedLease lease)
    {
        if (lease.TakingBack is null)
        {
            lease.TakingBack = NewDecision();
            _checkpointResets.Add(new LeaseRemaining(lease.Id, 0));
        }

        return lease.TakingBack.Task;
    }

    private void ClearLocked()
    {
        foreach (var lease in _leases.Values)
        {
            lease.End(default);
        }

        _leases.Clear();
        _byExpiry.Clear();
        _checkpointResets.Clear();
    }

    /// <summary>Never overflows: 9,000,000,000 seconds are 9e18 nanoseconds, just below what a long holds.</summary>
    private long Ticks(long seconds)
    {
        long longest = (long.MaxValue / 2) / _time.TimestampFrequency;
        return Math.Min(seconds, longest) * _time.TimestampFrequency;
    }
}
