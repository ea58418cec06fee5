namespace Coordination.Raft;

/// <summary>
/// What the replica's disk must hold. Requests of one replica are written in order; when one is durable, the owner reports its
/// <see cref="Sequence"/> to <see cref="RaftNode.Persisted"/>. Several may be under way.
/// </summary>
/// <param name="Sequence">Counts the requests of this replica since its start, from 1.</param>
/// <param name="HardState">The new hard state, or null when unchanged.</param>
/// <param name="Snapshot">
/// A snapshot that replaces the whole log and state machine: the owner installs it (its bytes came with <see cref="InstallSnapshot"/>)
/// before it reports the request as durable. Or null. <paramref name="Entries"/> continue after it.
/// </param>
/// <param name="Entries">
/// Entries to append. The first one's index may lie inside the log: everything from there on is replaced.
/// </param>
/// <param name="MustSync">
/// Whether anything depends on the request being durable. False when only the commit index changed: writing it is enough.
/// </param>
public sealed record PersistRequest(
    long Sequence, HardState? HardState, SnapshotMetadata? Snapshot, ReadOnlyMemory<Entry> Entries, bool MustSync);
