using System.Diagnostics.CodeAnalysis;
using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>The answer to a linearizable read of the cluster's metadata.</summary>
/// <param name="End">How the read ended.</param>
/// <param name="Snapshot">The metadata, when confirmed.</param>
public readonly record struct MetadataRead(ReadEnd End, MetadataSnapshot? Snapshot)
{
    /// <summary>Whether there is an answer.</summary>
    [MemberNotNullWhen(true, nameof(Snapshot))]
    public bool IsConfirmed => Snapshot is not null;
}
