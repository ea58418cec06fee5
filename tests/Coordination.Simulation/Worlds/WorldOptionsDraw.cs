using Coordination.Raft;
using Coordination.Replication;

namespace Coordination.Simulation;

/// <summary>Draws a world from a seed. What the caller fixes is fixed; the rest is the same for the same seed.</summary>
internal static class WorldOptionsDraw
{
    private const int StorePerMille = 250;

    /// <summary>How much less clients do where groups are to sleep: clients of the product's replicas leave them no idle moment.</summary>
    private const int BusyFactor = 10;

    private static readonly int[] NodeCounts = [1, 3, 3, 3, 5, 5, 7];

    /// <summary>The options of a seed.</summary>
    public static WorldOptions Draw(ulong seed, WorldOverrides overrides)
    {
        var random = new SimulationRandom(seed ^ 0x5EED0F0711015);
        int nodes = NodeCounts[random.Next(NodeCounts.Length)];
        nodes = overrides.Nodes ?? nodes;
        int partitions = 1 + random.Next(4);
        partitions = overrides.Partitions ?? partitions;
        var profile = (FaultProfile)random.Next(Enum.GetValues<FaultProfile>().Length);
        profile = overrides.Profile ?? profile;
        int spare = nodes >= 3 && random.NextBool() ? random.Next(nodes / 2 + 1) : 0;
        long steps = random.Next(20_000, 60_000);
        var options = new WorldOptions
        {
            Seed = seed,
            Nodes = nodes,
            Partitions = partitions,
            InitialVoters = nodes - spare,
            Profile = profile,
            State = overrides.State ?? DrawState(seed),
            Steps = overrides.Steps ?? steps,
            Core = DrawCore(random, profile),
            SegmentBytes = 4096 << random.Next(6),
            BatchesInFlight = 1 + random.Next(3),
            BatchDelay = random.Next(1, 1_000),
            SyncDelay = random.Next(100, 10_000),
            ApplyDelay = random.Next(1, 5_000),
            FlushInterval = random.Next(20_000, 400_000),
            CompactionLag = random.NextBool() ? random.Next(5) : random.Next(200),
            ClientInterval = random.Next(1_000, 20_000),
            MaxPadding = random.NextBool() ? 1 : random.Next(1, 300),
            DriftPercent = random.Next(20),
            HasNews = new SimulationRandom(seed ^ 0x60DE0FF1CE).NextBool(),
        };
        options = ApplyProfile(options, random);
        options = options.ClocksAreSound ? options with { DriftPercent = 5 } : options;
        return overrides.Replicas == ReplicaKind.Production ? DrawProduction(options) : options;
    }

    /// <summary>From numbers of its own, so that the rest of a world is the same whatever it replicates.</summary>
    private static StateMachineKind DrawState(ulong seed) =>
        new SimulationRandom(seed ^ 0x57A7E0FA11).Chance(StorePerMille) ? StateMachineKind.Store : StateMachineKind.Registers;

    /// <summary>
    /// What is different where the product's replicas run: they never read by leases, partition 0 never sleeps, and what they do after
    /// thousands of entries is done after a few.
    /// </summary>
    private static WorldOptions DrawProduction(WorldOptions options)
    {
        var random = new SimulationRandom(options.Seed ^ 0x9E911CA5);
        var tick = TimeSpan.FromMicroseconds(options.TickMicroseconds);
        bool sleeps = options.Core.QuiesceAfterTicks > 0;
        var members = new SimulationRandom(options.Seed ^ 0x3E3BE25C0);
        bool changesMembers = options.Nodes > 1 && options.OperatorInterval > 0 && members.Chance(700);
        return options with
        {
            Replicas = ReplicaKind.Production,
            State = StateMachineKind.Store,
            InitialVoters = changesMembers ? 1 + members.Next(options.Nodes) : options.Nodes,
            OperatorInterval = changesMembers ? members.Next(10_000, 200_000) : 0,
            BitFlips = false,
            Steps = options.Steps / 2,
            ClientInterval = random.Next(200, 5_000) * (sleeps ? BusyFactor : 1),
            FaultInterval = options.FaultInterval / 3,
            FaultDuration = options.FaultDuration / 2,
            EndsLeases = random.Chance(150),
            PassDelay = random.NextBool() ? random.Next(1, 100) : random.Next(1, 5_000),
            Core = options.Core with { ReadConfirmation = ReadConfirmation.Quorum },
            Replica = new PartitionReplicaOptions
            {
                TickInterval = tick,
                ElectionTimeoutTicks = options.Core.ElectionTimeoutTicks,
                QuiesceAfterTicks = sleeps ? options.Core.HeartbeatTicks + 1 : 0,
                RequestTimeout = tick * (options.Core.ElectionTimeoutTicks * random.Next(2, 12)),
                ApplyLagMax = random.Chance(200) ? random.Next(1, 20) : 5_000,
                PendingProposalsMax = random.Chance(200) ? random.Next(1, 10) : 65_536,
                PendingReadsMax = random.Chance(200) ? random.Next(1, 10) : 65_536,
                FlushEntries = random.Next(5, 200),
                CatchUpEntries = random.NextBool() ? random.Next(5) : random.Next(100),
                CachedValueBytes = random.NextBool() ? 0 : 1 << 20,
                CompactionSliceChanges = random.NextBool() ? random.Next(1, 5) : 1_000,
                LeaseCheckpoints = random.Chance(300),
                LeaseCheckpointInterval = TimeSpan.FromMilliseconds(random.Next(200, 3_000)),
            },
        };
    }

    private static RaftOptions DrawCore(SimulationRandom random, FaultProfile profile)
    {
        int election = random.Next(5, 20);
        bool isTight = random.NextBool();
        int appendBytes = isTight ? random.Next(1, 400) : 1024 * 1024;
        bool usesLease = election >= 10 && random.Chance(250);
        return new RaftOptions
        {
            Id = new ReplicaId(1),
            Incarnation = 1,
            Seed = 1,
            ElectionTimeoutTicks = election,
            HeartbeatTicks = election >= 10 ? random.Next(1, 3) : 1,
            MaxAppendBytes = appendBytes,
            MaxInflightAppends = isTight ? random.Next(1, 5) : 256,
            MaxInflightBytes = isTight ? appendBytes + random.Next(1, 1000) : 16 * 1024 * 1024,
            MaxUncommittedBytes = random.Chance(300) ? random.Next(1, 2000) : 64 * 1024 * 1024,
            MaxApplyBytes = isTight ? random.Next(1, 1000) : 4 * 1024 * 1024,
            MaxPendingReads = random.Chance(200) ? random.Next(1, 10) : 65_536,
            ReadConfirmation = usesLease ? ReadConfirmation.Lease : ReadConfirmation.Quorum,
            // Five percent of drift on both sides and one tick of phase: see docs/testing.md.
            LeaseDriftTicks = usesLease ? 2 + (election / 5) : 2,
            QuiesceAfterTicks = profile != FaultProfile.Calm && random.Chance(250) ? random.Next(election, 3 * election) : 0,
        };
    }

    private static WorldOptions ApplyProfile(WorldOptions options, SimulationRandom random)
    {
        int faults = random.Next(30_000, 400_000);
        int duration = random.Next(50_000, 1_000_000);
        int changes = random.Next(50_000, 500_000);
        var lossy = new NetworkOptions
        {
            MinDelay = random.Next(10, 1_000),
            MaxDelay = random.Next(1_000, 20_000),
            LossPerMille = random.Next(1, 150),
            DuplicatePerMille = random.Next(0, 100),
            LongDelayPerMille = random.Next(0, 20),
            LongDelay = random.Next(20_000, 5_000_000),
            IsOrdered = random.Chance(300),
            SnapshotFailurePerMille = random.Next(0, 300),
            SnapshotDelay = random.Next(1_000, 100_000),
        };
        var mild = lossy with
        {
            MaxDelay = lossy.MinDelay + random.Next(100, 3_000),
            LossPerMille = random.Next(0, 5),
            DuplicatePerMille = random.Next(0, 10),
            LongDelayPerMille = random.Next(0, 3),
        };
        return options.Profile switch
        {
            FaultProfile.Calm => options,
            FaultProfile.Lossy => options with { Network = lossy, FaultInterval = faults * 4, FaultDuration = duration },
            FaultProfile.Churn => options with
            {
                Network = mild,
                FaultInterval = faults,
                FaultDuration = duration,
                OperatorInterval = changes / 2,
            },
            FaultProfile.Disks => options with
            {
                Network = mild,
                FaultInterval = faults,
                FaultDuration = duration,
                BitFlips = random.NextBool(),
                OperatorInterval = changes,
            },
            FaultProfile.Everything => options with
            {
                Network = random.NextBool() ? lossy : mild,
                FaultInterval = faults,
                FaultDuration = duration,
                OperatorInterval = changes,
                BitFlips = random.Chance(300),
            },
            _ => options with
            {
                Network = mild,
                FaultInterval = faults,
                FaultDuration = duration,
                OperatorInterval = random.NextBool() ? changes * 2 : 0,
            },
        };
    }
}
