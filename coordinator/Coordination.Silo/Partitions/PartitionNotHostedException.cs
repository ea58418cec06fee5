using Orleans;

namespace Coordination.Silo;

/// <summary>The member that was asked runs no replica of the partition.</summary>
[GenerateSerializer, Alias("coordination.PartitionNotHostedException")]
public sealed class PartitionNotHostedException : Exception
{
    /// <summary>With a default message.</summary>
    public PartitionNotHostedException()
        : this("The member runs no replica of the partition.")
    {
    }

    /// <summary>With a message of its own.</summary>
    public PartitionNotHostedException(string message)
        : base(message)
    {
    }

    /// <summary>With a message of its own, and what it led from.</summary>
    public PartitionNotHostedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Names the replica that is not there.</summary>
    public PartitionNotHostedException(ReplicaAddress address)
        : this($"Member {ReplicaAddress.NameOf(address.Member)} runs no replica of partition {address.Partition}.")
    {
    }
}
