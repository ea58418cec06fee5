using Coordination.Raft;
using Coordination.Simulation;

namespace Coordination.Storage.Tests;

/// <summary>A log on a simulated disk, and short ways to say what goes into it.</summary>
internal sealed class WalFixture : IDisposable
{
    public const string Directory = "/data/wal";
    public static readonly PartitionId P1 = new(1);
    public static readonly PartitionId P2 = new(2);
    public static readonly Membership ThreeVoters = Membership.Create([new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)]);

    private WriteAheadLog? _log;

    public SimulatedFileSystem Disk { get; } = new();

    public WalOptions Options { get; set; } = new() { SegmentBytes = 16 * 1024, ClusterId = 7, ReplicaNodeId = 42 };

    public WriteAheadLog Log => _log ?? throw new InvalidOperationException("The log is not open.");

    public WalRecovery Open()
    {
        _log = WriteAheadLog.Open(Disk, Directory, Options, out var recovery);
        return recovery;
    }

    /// <summary>Ends the process in an orderly way and starts it again.</summary>
    public WalRecovery Reopen()
    {
        _log?.Dispose();
        return Open();
    }

    /// <summary>Loses what was not synced and starts again.</summary>
    public WalRecovery CrashLosingAll()
    {
        Disk.Crash((_, _) => false, () => false);
        return Open();
    }

    /// <summary>A log with one partition whose log holds entries 1 to <paramref name="count"/> of term 1, durable.</summary>
    public static WalFixture WithEntries(int count, int dataBytes = 10)
    {
        var fixture = new WalFixture();
        fixture.Open();
        fixture.Log.CreatePartition(P1, Start());
        fixture.Commit(P1, Request(Entries(1, count, 1, dataBytes), new HardState(new Term(1), new ReplicaId(1), default)));
        return fixture;
    }

    /// <summary>Appends, writes and syncs.</summary>
    public void Commit(PartitionId partition, PersistRequest request)
    {
        Log.Append(partition, request);
        Commit();
    }

    public void Commit()
    {
        Log.WriteBatch();
        Log.Sync();
    }

    public static string SegmentPath(ulong segment) => $"{Directory}/{SegmentName.Of(segment)}";

    public string NewestSegmentPath => SegmentPath(Log.GetStatus().NewestSegment);

    public static SnapshotMetadata Start() => new(default, default, ThreeVoters);

    public static SnapshotMetadata Snapshot(ulong index, ulong term) => new(new LogIndex(index), new Term(term), ThreeVoters);

    public static PersistRequest Request(Entry[] entries, HardState? state = null, SnapshotMetadata? snapshot = null) =>
        new(1, state, snapshot, entries, MustSync: true);

    public static PersistRequest Request(HardState state) => new(1, state, null, default, MustSync: true);

    public static HardState State(ulong term, ulong vote, ulong commit) => new(new Term(term), new ReplicaId(vote), new LogIndex(commit));

    public static Entry[] Entries(ulong first, int count, ulong term, int dataBytes = 10)
    {
        var entries = new Entry[count];
        for (int i = 0; i < count; i++)
        {
            var data = new byte[dataBytes];
            new SimulationRandom(first + (ulong)i + (term << 32)).NextBytes(data);
            entries[i] = new Entry(new Term(term), new LogIndex(first) + i, EntryKind.Command, data);
        }

        return entries;
    }

    /// <summary>What was recovered, as text.</summary>
    public static string Describe(WalRecovery recovery) => RecoveredText.Of(recovery.Partitions);

    public void Dispose() => _log?.Dispose();
}
