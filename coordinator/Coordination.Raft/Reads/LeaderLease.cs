namespace Coordination.Raft;

/// <summary>
/// How long a leader may answer reads without asking (Raft thesis, section 6.4.1). A majority that answered a round grants no vote for an
/// election timeout after it received the round, so nobody else can lead until that long after the round was <em>sent</em>, less what
/// the clocks drift. A leadership transfer breaks the promise on purpose, and its message may act long after the transfer was given up:
/// once one was sent there is no lease until the next term.
/// </summary>
internal sealed class LeaderLease(RaftOptions options)
{
    private const int RoundsRememberedMax = 128;

    private readonly Queue<SentRound> _sent = new();
    private long _now;
    private long _validUntil;
    private bool _broken;

    /// <summary>Whether the lease holds now.</summary>
    public bool IsValid => options.ReadConfirmation == ReadConfirmation.Lease && !_broken && _now < _validUntil;

    /// <summary>One tick passed.</summary>
    public void Tick() => _now++;

    /// <summary>A round of heartbeats leaves now.</summary>
    public void RoundSent(ulong round)
    {
        if (options.ReadConfirmation != ReadConfirmation.Lease)
        {
            return;
        }

        if (_sent.Count == RoundsRememberedMax)
        {
            _sent.Dequeue();
        }

        _sent.Enqueue(new SentRound(round, _now));
    }

    /// <summary>A majority answered every round up to <paramref name="round"/>.</summary>
    public void Confirm(ulong round)
    {
        while (_sent.TryPeek(out var sent) && sent.Round <= round)
        {
            _sent.Dequeue();
            _validUntil = Math.Max(_validUntil, sent.Tick + options.ElectionTimeoutTicks - options.LeaseDriftTicks);
        }
    }

    /// <summary>Leadership is being handed over: no lease for the rest of the term.</summary>
    public void Break() => _broken = true;

    /// <summary>The leader's clock stops (the group goes to sleep): what was confirmed so far proves nothing afterwards.</summary>
    public void Forget()
    {
        _sent.Clear();
        _validUntil = 0;
    }

    private readonly record struct SentRound(ulong Round, long Tick);
}
