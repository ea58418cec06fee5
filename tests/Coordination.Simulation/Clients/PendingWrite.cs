using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>A write that a client waits for.</summary>
/// <param name="Index">Its place in the log of the replica that took it.</param>
/// <param name="Term">The term in which it was taken.</param>
/// <param name="Command">The command's fingerprint.</param>
/// <param name="Floor">What anyone knew when the write began: it must take place after that.</param>
internal readonly record struct PendingWrite(LogIndex Index, Term Term, ulong Command, LogIndex Floor);
