namespace Coordination.Raft;

/// <summary>What to do with one member.</summary>
public enum MemberChangeKind
{
    /// <summary>Make it a voter: a new member, or a learner to promote.</summary>
    AddVoter,

    /// <summary>Make it a learner: a new member, or a voter to demote.</summary>
    AddLearner,

    /// <summary>Remove it from the group.</summary>
    Remove,
}

/// <summary>One step of a <see cref="MembershipChange"/>.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Replica">With whom.</param>
public readonly record struct MemberChange(MemberChangeKind Kind, ReplicaId Replica);

/// <summary>
/// A wish to change the membership. If at most one voter is added, removed or demoted it takes effect in one entry (Raft thesis, section
/// 4.1); otherwise through a joint membership, which the leader leaves by itself once it is committed (Raft paper, section 6). Refused
/// when it names a replica twice, removes or demotes a replica that is not there, changes nothing, or leaves no voter.
/// </summary>
/// <param name="Changes">The steps; each names another replica.</param>
/// <param name="Context">Bytes that travel in the membership entry for the proposer's own use.</param>
/// <param name="ForceJoint">Go through a joint membership even for a single voter.</param>
/// <param name="Confirms">
/// Without steps: append the membership as it is, instead of refusing. When that is committed, changes that earlier leaders began and did
/// not finish are certain to come to nothing.
/// </param>
public sealed record MembershipChange(
    IReadOnlyList<MemberChange> Changes, ReadOnlyMemory<byte> Context = default, bool ForceJoint = false, bool Confirms = false);
