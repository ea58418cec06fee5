using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>The registers of a running replica.</summary>
internal sealed class RegisterReplica : IReplicaState
{
    private readonly RegisterDisk _disk;

    /// <summary>Starts with what the disk holds.</summary>
    public RegisterReplica(RegisterDisk disk)
    {
        _disk = disk;
        Machine = new RegisterMachine(disk.Durable.Membership);
        Machine.Restore(disk.Flushed);
    }

    /// <summary>The registers.</summary>
    public RegisterMachine Machine { get; }

    /// <inheritdoc/>
    public LogIndex Applied => Machine.Applied;

    /// <inheritdoc/>
    public Term AppliedTerm => Machine.AppliedTerm;

    /// <inheritdoc/>
    public Membership Membership => Machine.Membership;

    /// <inheritdoc/>
    public void Apply(Entry entry) => Machine.Apply(entry);

    /// <inheritdoc/>
    public void Commit()
    {
    }

    /// <inheritdoc/>
    public void Flush() => _disk.Flushed = Machine.ToImage(new SnapshotMetadata(Applied, AppliedTerm, Membership));

    /// <inheritdoc/>
    public StateImage ToImage(SnapshotMetadata metadata) => Machine.ToImage(metadata);

    /// <inheritdoc/>
    public void Install(StateImage image)
    {
        _disk.Flushed = (RegisterImage)image;
        Machine.Restore(_disk.Flushed);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Applied}@{AppliedTerm}";
}
