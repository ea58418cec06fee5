namespace Coordination.Raft;

/// <summary>
/// A leadership transfer under way (Raft thesis, section 3.10): proposals are refused until it succeeds or takes too long.
/// </summary>
internal sealed class LeadershipTransfer(ReplicaId target, int ticksMax)
{
    private int _ticksLeft = ticksMax;

    public ReplicaId Target { get; } = target;

    /// <summary>Whether the target, having caught up, was told to stand.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>One tick passed; returns whether the transfer has now taken too long.</summary>
    public bool IsOverdueAfterTick()
    {
        _ticksLeft--;
        return _ticksLeft <= 0;
    }
}
