using Coordination.Raft;
using Coordination.Replication;

namespace Coordination.Simulation;

/// <summary>A proposal of a client, and what is known of it.</summary>
internal sealed class ProposalCall(LogIndex floor)
{
    /// <summary>What anyone knew when it began: it must take place after that.</summary>
    public LogIndex Floor => floor;

    /// <summary>Where it stands in the committed history, or none.</summary>
    public LogIndex Position { get; set; }

    /// <summary>What the client was told, if anything.</summary>
    public ProposalEnd? End { get; set; }
}
