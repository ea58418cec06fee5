namespace Coordination.Raft;

/// <summary>
/// Identifies a snapshot: the state machine after applying every entry up to <see cref="Index"/>. The bytes of the snapshot never
/// pass through the core.
/// </summary>
/// <param name="Index">The last entry that the snapshot contains.</param>
/// <param name="Term">That entry's term.</param>
/// <param name="Membership">The membership as of that entry.</param>
public sealed record SnapshotMetadata(LogIndex Index, Term Term, Membership Membership);
