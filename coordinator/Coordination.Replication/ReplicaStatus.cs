using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>A replica as it was a moment ago. Consistent in itself, but for the indexes, which are read one by one.</summary>
public sealed record ReplicaStatus
{
    /// <summary>The replica's id: the member's.</summary>
    public required ulong Id { get; init; }

    /// <summary>Its term.</summary>
    public required ulong Term { get; init; }

    /// <summary>The leader that it knows of; 0 for none.</summary>
    public required ulong Leader { get; init; }

    /// <summary>Whether it leads itself.</summary>
    public bool IsLeader => Leader == Id;

    /// <summary>Whether it is a learner: it receives the log, without a vote.</summary>
    public required bool IsLearner { get; init; }

    /// <summary>The last committed entry that it knows of.</summary>
    public required ulong CommittedIndex { get; init; }

    /// <summary>The last entry that its state machine contains.</summary>
    public required ulong AppliedIndex { get; init; }

    /// <summary>How often it has seen the leader change since its start.</summary>
    public required long LeaderChanges { get; init; }

    /// <summary>How many proposals wait for their end.</summary>
    public required int PendingProposals { get; init; }

    /// <summary>The alarms that are on.</summary>
    public required IReadOnlyList<Alarm> Alarms { get; init; }

    /// <summary>Whether the group sleeps: it is idle, and its members exchange nothing.</summary>
    public bool IsQuiesced { get; init; }
}
