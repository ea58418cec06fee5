namespace Coordination.Raft;

/// <summary>
/// A message from one replica of a group to another. Immutable. Messages may be lost, repeated, delayed without bound and reordered;
/// the core relies on nothing more than that what arrives was sent (the transport checksums).
/// </summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Term">The sender's term when it made the message.</param>
public abstract record Message(ReplicaId From, ReplicaId To, Term Term)
{
    /// <summary>Which message this is.</summary>
    public abstract MessageKind Kind { get; }
}
