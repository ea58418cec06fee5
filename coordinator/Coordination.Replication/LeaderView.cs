using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>Who leads, as a replica knows it.</summary>
/// <param name="Term">The replica's term.</param>
/// <param name="Leader">The leader, or 0.</param>
/// <param name="IsLeader">Whether the replica leads itself.</param>
/// <param name="Changes">How often a leader became known since the start.</param>
internal sealed record LeaderView(ulong Term, ulong Leader, bool IsLeader, long Changes)
{
    /// <summary>What is to be known now; this, if nothing changed.</summary>
    public LeaderView Next(RaftNode node)
    {
        bool leads = node.Role == ReplicaRole.Leader;
        if (Term == node.Term.Value && Leader == node.Leader.Value && IsLeader == leads)
        {
            return this;
        }

        bool isNew = node.Leader.IsSome && Leader != node.Leader.Value;
        return new LeaderView(node.Term.Value, node.Leader.Value, leads, Changes + (isNew ? 1 : 0));
    }
}
