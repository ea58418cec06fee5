using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>A snapshot on its way: the announcement and the bytes, which arrive together.</summary>
/// <param name="Sender">The node that sends it.</param>
/// <param name="Announcement">What the receiving core is told when all bytes are there.</param>
/// <param name="Image">The bytes.</param>
internal sealed record SnapshotTransfer(int Sender, InstallSnapshot Announcement, StateImage Image);
