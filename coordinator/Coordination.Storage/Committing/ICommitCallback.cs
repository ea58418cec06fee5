using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Hears that requests are durable. Called on the <see cref="GroupCommitter"/>'s thread, which writes nothing meanwhile: hand over and
/// return. Must not throw and must not submit.
/// </summary>
public interface ICommitCallback
{
    /// <summary>
    /// The request of that <paramref name="sequence"/>, and with it all earlier ones of the partition, is as durable as it asked to be.
    /// </summary>
    void Persisted(PartitionId partition, long sequence);
}
