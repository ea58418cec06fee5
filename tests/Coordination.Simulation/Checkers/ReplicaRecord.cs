using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// What the checkers know of one replica, across all its crashes: its log as handed to its disk, its log as durable, and what it was
/// last seen to be. Written by <see cref="PartitionChecks"/> only.
/// </summary>
internal sealed class ReplicaRecord(ReplicaId id, int node)
{
    /// <summary>The replica.</summary>
    public ReplicaId Id { get; } = id;

    /// <summary>The node that hosts it.</summary>
    public int Node { get; } = node;

    /// <summary>The log that the running replica believes in, durable or not.</summary>
    public ShadowLog Log { get; } = new();

    /// <summary>The memberships of <see cref="Log"/>.</summary>
    public MembershipStack Memberships { get; } = new();

    /// <summary>The log as it is certainly on disk.</summary>
    public ShadowLog Durable { get; } = new();

    /// <summary>The snapshot metadata below <see cref="Durable"/>.</summary>
    public SnapshotMetadata DurableBase { get; set; } = new(LogIndex.None, Term.None, Membership.Empty);

    /// <summary>The hard state certainly on disk.</summary>
    public HardState DurableHardState { get; set; }

    /// <summary>The role after the last step.</summary>
    public ReplicaRole Role { get; set; }

    /// <summary>The term after the last step.</summary>
    public Term Term { get; set; }

    /// <summary>The commit index after the last step.</summary>
    public LogIndex Commit { get; set; }

    /// <summary>The membership after the last pass of a production replica.</summary>
    public Membership? PassMembership { get; set; }

    /// <summary>The last committed entry that was handed out to apply.</summary>
    public LogIndex HandedOut { get; set; }

    /// <summary>Whether a committed membership ever contained it.</summary>
    public bool WasMember { get; set; }

    /// <summary>Whether its data are gone, by an operator's hand or with the disk.</summary>
    public bool IsGone { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"n{Node}#{Id}";
}
