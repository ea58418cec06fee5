namespace Coordination.Linearizability;

/// <summary>What a client was told of a lease.</summary>
public enum LeaseAnswer
{
    /// <summary>Granted or renewed.</summary>
    Alive,

    /// <summary>It does not exist: a renewal was answered with a time to live of 0, or a revocation was done.</summary>
    Gone,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>A message about a lease: ticks of 100 ns, before it was sent and after the answer came or the client gave up.</summary>
public sealed record LeaseMessage(long SentAt, long EndedAt, LeaseAnswer Answer)
{
    /// <inheritdoc/>
    public override string ToString() => $"[{SentAt}..{EndedAt}] {Answer}";
}

/// <summary>A linearizable read of a key that was attached: ticks of 100 ns, before it was sent and after its answer came.</summary>
public sealed record LeaseObservation(long Start, long End, bool IsPresent)
{
    /// <inheritdoc/>
    public override string ToString() => $"[{Start}..{End}] {(IsPresent ? "present" : "absent")}";
}

/// <summary>One life of a lease, with a key that is attached to it and that nobody else touches. Times are ticks of 100 ns of one
/// clock.</summary>
public sealed record LeaseRecord
{
    /// <summary>The lease.</summary>
    public required long Lease { get; init; }

    /// <summary>The time to live that the server granted.</summary>
    public required TimeSpan Ttl { get; init; }

    /// <summary>How it was granted.</summary>
    public required LeaseMessage Grant { get; init; }

    /// <summary>When the put of the key was acknowledged.</summary>
    public required long AttachedAt { get; init; }

    /// <summary>Renewals, in any order.</summary>
    public IReadOnlyList<LeaseMessage> Renewals { get; init; } = [];

    /// <summary>Revocations; refused ones left out.</summary>
    public IReadOnlyList<LeaseMessage> Revocations { get; init; } = [];

    /// <summary>Looks at the key, in any order.</summary>
    public IReadOnlyList<LeaseObservation> Observations { get; init; } = [];
}

/// <summary>What a <see cref="LeaseJudge"/> tolerates.</summary>
public sealed record LeaseLimits
{
    /// <summary>How much the clocks of a server and of the history may differ over one time to live; 100 ms by default.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after its time a lease may still be seen, elections included; 3 s by default.</summary>
    public TimeSpan ExpirySlack { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Ticks at which a leader was elected: each gives a lease that is still there its whole time to live again.</summary>
    public IReadOnlyList<long> Elections { get; init; } = [];
}
