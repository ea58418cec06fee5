using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>A running replica as the log of its node sees it.</summary>
internal interface ILogClient
{
    /// <summary>Which partition's.</summary>
    int Partition { get; }

    /// <summary>The same, typed.</summary>
    PartitionId PartitionId { get; }

    /// <summary>What the checkers know of the replica.</summary>
    ReplicaRecord Record { get; }

    /// <summary>For the log: the last request that is written in the batch at hand.</summary>
    long DurableSequence { get; set; }

    /// <summary>The log wrote everything up to a request.</summary>
    void OnPersisted(long sequence);
}
