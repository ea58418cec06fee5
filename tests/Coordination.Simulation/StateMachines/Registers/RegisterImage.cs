using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// A <see cref="RegisterMachine"/> at one moment; immutable: what lies on disk after a flush, and what a snapshot carries.
/// </summary>
/// <param name="Metadata">The position, its term, and the membership there.</param>
/// <param name="Registers">The values; nobody writes to them.</param>
internal sealed record RegisterImage(SnapshotMetadata Metadata, ulong[] Registers) : StateImage(Metadata)
{
    /// <summary>The image of a machine that has applied nothing.</summary>
    public static RegisterImage Initial(Membership membership) =>
        new(new SnapshotMetadata(LogIndex.None, Term.None, membership), new ulong[RegisterMachine.RegisterCount]);
}
