using Coordination.Raft;
using Coordination.Replication;

namespace Coordination.Simulation;

/// <summary>
/// Everything that makes one world differ from another; drawn from the seed by <see cref="WorldOptionsDraw"/>. Times in microseconds of
/// simulated time.
/// </summary>
internal sealed record WorldOptions
{
    /// <summary>The seed of everything.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many nodes there are.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>How many partitions they share.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>How many of the nodes are voters at the start; the others are spare.</summary>
    public int InitialVoters { get; init; } = 3;

    /// <summary>The kind of faults.</summary>
    public FaultProfile Profile { get; init; }

    /// <summary>What the partitions replicate.</summary>
    public StateMachineKind State { get; init; }

    /// <summary>What drives the cores.</summary>
    public ReplicaKind Replicas { get; init; }

    /// <summary>The settings of the product's replicas, where those run.</summary>
    public PartitionReplicaOptions Replica { get; init; } = new();

    /// <summary>Whether the run goes on until all leases have ended, which takes long.</summary>
    public bool EndsLeases { get; init; }

    /// <summary>The settings of their watches.</summary>
    public WatchHubOptions Watches { get; init; } = new();

    /// <summary>The longest time between an input and the pass of a production replica that takes it.</summary>
    public int PassDelay { get; init; } = 50;

    /// <summary>Steps of the phase with faults.</summary>
    public long Steps { get; init; } = 30_000;

    /// <summary>The length of a tick of a clock that goes right.</summary>
    public int TickMicroseconds { get; init; } = 10_000;

    /// <summary>By how many percent clocks may be fast or slow.</summary>
    public int DriftPercent { get; init; } = 10;

    /// <summary>Settings of every core; id, incarnation and seed are filled in for each start.</summary>
    public RaftOptions Core { get; init; } = new() { Id = new ReplicaId(1), Incarnation = 1, Seed = 1 };

    /// <summary>The links.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>The size of a segment of the write-ahead log.</summary>
    public int SegmentBytes { get; init; } = 64 * 1024;

    /// <summary>The longest wait before what is buffered is written as one batch.</summary>
    public int BatchDelay { get; init; } = 200;

    /// <summary>The longest time that an ordinary sync takes.</summary>
    public int SyncDelay { get; init; } = 1_000;

    /// <summary>How many batches may be written before the first of them is synced.</summary>
    public int BatchesInFlight { get; init; } = 1;

    /// <summary>The longest time between committing and applying.</summary>
    public int ApplyDelay { get; init; } = 200;

    /// <summary>The mean time between flushes of a node's state machines.</summary>
    public int FlushInterval { get; init; } = 100_000;

    /// <summary>The most entries that a compaction leaves in the log although it could drop them.</summary>
    public int CompactionLag { get; init; } = 50;

    /// <summary>The mean time between operations of clients.</summary>
    public int ClientInterval { get; init; } = 3_000;

    /// <summary>The longest padding of a command in bytes.</summary>
    public int MaxPadding { get; init; } = 32;

    /// <summary>The mean time between faults; 0 for none.</summary>
    public int FaultInterval { get; init; }

    /// <summary>The longest time that a fault lasts.</summary>
    public int FaultDuration { get; init; } = 500_000;

    /// <summary>The mean time between looks of the operator at the membership; 0 for no changes.</summary>
    public int OperatorInterval { get; init; }

    /// <summary>Whether replicas hear, truly or not, that their leader's process has ended.</summary>
    public bool HasNews { get; init; }

    /// <summary>Whether bits may flip on a disk.</summary>
    public bool BitFlips { get; init; }

    /// <summary>Whether syncs succeed without doing anything: to show that the checkers notice.</summary>
    public bool DisksLie { get; init; }

    /// <summary>Whether the rules of time that leases rely on hold: no pauses, no jumping clocks, little drift.</summary>
    public bool ClocksAreSound => Core.ReadConfirmation == ReadConfirmation.Lease;

    /// <summary>One line that says what kind of world this is.</summary>
    public override string ToString() =>
        $"seed={Seed} nodes={Nodes} voters={InitialVoters} partitions={Partitions} profile={Profile} replicas={Replicas} state={State} "
        + $"steps={Steps} election={Core.ElectionTimeoutTicks} reads={Core.ReadConfirmation} quiesce={Core.QuiesceAfterTicks} news={HasNews} "
        + $"append={Core.MaxAppendBytes} inflight={Core.MaxInflightAppends} uncommitted={Core.MaxUncommittedBytes}";
}
