namespace Coordination.Replication;

/// <summary>Who leads, as a replica knows it.</summary>
/// <param name="Term">The replica's term.</param>
/// <param name="Leader">The leader, or 0.</param>
/// <param name="IsLeader">Whether the replica leads itself.</param>
/// <param name="Changes">How often a leader became known since the start.</param>
internal sealed record LeaderView(ulong Term, ulong Leader, bool IsLeader, long Changes);
