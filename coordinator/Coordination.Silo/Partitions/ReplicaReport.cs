using Orleans;

namespace Coordination.Silo;

/// <summary>How a replica is doing, as it sees itself.</summary>
/// <param name="Term">The term it is in.</param>
/// <param name="Leader">The member whose replica leads, as far as it knows; 0 when it knows of none.</param>
/// <param name="AppliedIndex">The last entry that its state contains.</param>
/// <param name="CommittedIndex">The last entry that it knows to be committed.</param>
/// <param name="IsLearner">Whether it has no vote.</param>
[GenerateSerializer, Immutable, Alias("coordination.ReplicaReport")]
public sealed record ReplicaReport(
    [property: Id(0)] ulong Term,
    [property: Id(1)] ulong Leader,
    [property: Id(2)] ulong AppliedIndex,
    [property: Id(3)] ulong CommittedIndex,
    [property: Id(4)] bool IsLearner);
