namespace Coordination.Raft;

/// <summary>
/// Settings of one replica's consensus core. Times are in ticks: the owner decides how long a tick lasts and calls
/// <see cref="RaftNode.Tick"/> at that pace (a tick of 100 ms gives the defaults of etcd: heartbeat 100 ms, election 1 s).
/// </summary>
public sealed record RaftOptions
{
    /// <summary>This replica's id; not none.</summary>
    public required ReplicaId Id { get; init; }

    /// <summary>
    /// A number that differs at every start of the replica, for example a counter kept on disk or a random number: it keeps answers to
    /// questions of an earlier start from being taken for new ones.
    /// </summary>
    public required ulong Incarnation { get; init; }

    /// <summary>Where the replica's own random sequence starts (election jitter). The same inputs and seed give the same outputs.</summary>
    public required ulong Seed { get; init; }

    /// <summary>
    /// Ticks without a leader's message after which a follower may stand; each wait is drawn anew from this up to one and a half times
    /// this, exclusive. Also the time without a majority's answers after which a leader steps down. Must be greater than
    /// <see cref="HeartbeatTicks"/>.
    /// </summary>
    /// <value>Default 10.</value>
    public int ElectionTimeoutTicks { get; init; } = 10;

    /// <summary>Ticks between a leader's heartbeats.</summary>
    /// <value>Default 1.</value>
    public int HeartbeatTicks { get; init; } = 1;

    /// <summary>
    /// The most bytes of entries (see <see cref="Entry.SizeBytes"/>) in one append message; a larger single entry travels alone.
    /// </summary>
    /// <value>Default 1 MiB.</value>
    public int MaxAppendBytes { get; init; } = 1024 * 1024;

    /// <summary>The most append messages with entries that may be unanswered per follower.</summary>
    /// <value>Default 256.</value>
    public int MaxInflightAppends { get; init; } = 256;

    /// <summary>
    /// The most bytes of entries that may be unanswered per follower; the message that crosses the limit is still sent.
    /// At least <see cref="MaxAppendBytes"/>.
    /// </summary>
    /// <value>Default 16 MiB.</value>
    public long MaxInflightBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// The most bytes of proposed entries that may be uncommitted; further proposals are refused. One proposal is accepted whatever its
    /// size when nothing is uncommitted.
    /// </summary>
    /// <value>Default 64 MiB.</value>
    public long MaxUncommittedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most bytes of committed entries in one <see cref="Ready"/>; a larger single entry comes alone.</summary>
    /// <value>Default 4 MiB.</value>
    public long MaxApplyBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// The most reads that may wait for their index at once (local reads on every replica, and on a leader also forwarded batches);
    /// further ones are refused or dropped.
    /// </summary>
    /// <value>Default 65,536.</value>
    public int MaxPendingReads { get; init; } = 65_536;

    /// <summary>How a leader makes sure that it still leads before it answers a read.</summary>
    /// <value>Default <see cref="ReadConfirmation.Quorum"/>.</value>
    public ReadConfirmation ReadConfirmation { get; init; } = ReadConfirmation.Quorum;

    /// <summary>
    /// With <see cref="ReadConfirmation.Lease"/>: by how many ticks the clocks of two replicas may drift apart within one election
    /// timeout. The lease is shorter than the election timeout by this much. Must be less than <see cref="ElectionTimeoutTicks"/>.
    /// </summary>
    /// <value>Default 2.</value>
    public int LeaseDriftTicks { get; init; } = 2;

    /// <summary>
    /// Ticks without any work after which a leader whose followers hold everything stops its heartbeats; 0 turns this off. Whoever turns
    /// it on must call <see cref="RaftNode.Wake"/> when it learns that the leader's node is gone.
    /// </summary>
    /// <value>Default 0.</value>
    public int QuiesceAfterTicks { get; init; }

    /// <summary>Every rule that the settings break, as sentences; empty when they are sound.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Require(Id.IsSome, "Id must not be 0.");
        Require(HeartbeatTicks >= 1, $"HeartbeatTicks must be at least 1, but is {HeartbeatTicks}.");
        Require(
            ElectionTimeoutTicks > HeartbeatTicks,
            $"ElectionTimeoutTicks must be greater than HeartbeatTicks ({HeartbeatTicks}), but is {ElectionTimeoutTicks}.");
        Require(MaxAppendBytes > 0, $"MaxAppendBytes must be positive, but is {MaxAppendBytes}.");
        Require(MaxInflightAppends > 0, $"MaxInflightAppends must be positive, but is {MaxInflightAppends}.");
        Require(
            MaxInflightBytes >= MaxAppendBytes,
            $"MaxInflightBytes must be at least MaxAppendBytes ({MaxAppendBytes}), but is {MaxInflightBytes}.");
        Require(MaxUncommittedBytes > 0, $"MaxUncommittedBytes must be positive, but is {MaxUncommittedBytes}.");
        Require(MaxApplyBytes > 0, $"MaxApplyBytes must be positive, but is {MaxApplyBytes}.");
        Require(MaxPendingReads > 0, $"MaxPendingReads must be positive, but is {MaxPendingReads}.");
        Require(
            LeaseDriftTicks >= 0 && LeaseDriftTicks < ElectionTimeoutTicks,
            $"LeaseDriftTicks must be between 0 and ElectionTimeoutTicks ({ElectionTimeoutTicks}), exclusive, but is {LeaseDriftTicks}.");
        Require(
            QuiesceAfterTicks == 0 || QuiesceAfterTicks > HeartbeatTicks,
            $"QuiesceAfterTicks must be 0 or greater than HeartbeatTicks ({HeartbeatTicks}), but is {QuiesceAfterTicks}.");
        return errors;

        void Require(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add(error);
            }
        }
    }
}
