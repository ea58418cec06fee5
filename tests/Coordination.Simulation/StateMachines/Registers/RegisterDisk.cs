using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>Holds the registers as they were at the last flush.</summary>
internal sealed class RegisterDisk(RegisterImage start) : IStateDisk
{
    /// <summary>The registers as a crash would leave them.</summary>
    public RegisterImage Flushed { get; set; } = start;

    /// <inheritdoc/>
    public SnapshotMetadata Durable => Flushed.Metadata;

    /// <inheritdoc/>
    public void Crash()
    {
    }

    /// <inheritdoc/>
    public IReplicaState Open() => new RegisterReplica(this);
}
