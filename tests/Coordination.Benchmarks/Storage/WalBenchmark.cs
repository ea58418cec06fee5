using System.Diagnostics;
using System.Globalization;
using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Benchmarks;

/// <summary>
/// Measures what the write-ahead log costs on top of the disk: groups of entries are appended, written and synced, in turn with the same
/// bytes through bare pwrite and fdatasync into a file that was reserved in the same way. The two alternate on the same disk, so that what
/// else the disk does meanwhile hits both; the medians are compared.
/// </summary>
internal sealed class WalBenchmark
{
    private const int EntryBytes = 256;
    private const int WarmUpGroups = 50;
    private const int PartitionsPerGroup = 16;
    private static readonly int[] GroupSizes = [1, 16, 256];
    private static readonly Membership Voters = Membership.Create([new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)]);

    private readonly string _directory;

    private WalBenchmark(string directory) => _directory = directory;

    /// <summary>Runs all group sizes and prints a table. The only argument is the directory to write in; the system's temporary one if none.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        string parent = arguments.IsEmpty ? Path.GetTempPath() : Path.GetFullPath(arguments[0]);
        string directory = Path.Combine(parent, $"coordination-wal-benchmark-{Environment.ProcessId}");
        Directory.CreateDirectory(directory);
        try
        {
            Console.WriteLine($"WAL append, entries of {EntryBytes} bytes, medians of alternating groups:");
            Console.WriteLine("| group | entries/s | groups/s | us/group | raw us/group | WAL/raw | file bytes/entry | CPU us/group | allocated B/entry |");
            Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
            foreach (int size in GroupSizes)
            {
                Console.WriteLine(new WalBenchmark(directory).Measure(size));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        return 0;
    }

    private string Measure(int groupSize)
    {
        int groups = Math.Max(400, 3000 / groupSize);
        var options = new WalOptions { ClusterId = 1, ReplicaNodeId = 1, SegmentBytes = 256L << 20 };
        string directory = $"{_directory}/wal-{groupSize}";
        using var log = WriteAheadLog.Open(RealFileSystem.Instance, directory, options, out _);
        using var raw = OpenRaw($"{_directory}/raw-{groupSize}", options.SegmentBytes);
        CreatePartitions(log);
        var source = new GroupSource(groupSize, groups + WarmUpGroups + 1);
        byte[] payload = BytesOfOneGroup(log, source, directory);
        long rawOffset = 0;
        var walTimes = new double[groups];
        var rawTimes = new double[groups];
        for (int i = -WarmUpGroups; i < groups; i++)
        {
            int slot = Math.Max(0, i);

            // Each goes first every other time: whoever comes second finds another state of the disk's queue.
            for (int turn = 0; turn < 2; turn++)
            {
                long start = Stopwatch.GetTimestamp();
                if ((i + turn) % 2 == 0)
                {
                    WriteGroup(log, source);
                    walTimes[slot] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                }
                else
                {
                    raw.Write(rawOffset, payload);
                    raw.SyncData();
                    rawTimes[slot] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                    rawOffset += payload.Length;
                }
            }
        }

        double wal = Median(walTimes);
        double bare = Median(rawTimes);
        var (cpu, allocated) = CostWithoutDisk(groupSize);
        return string.Create(CultureInfo.InvariantCulture, $"""
            | {groupSize} | {groupSize * 1e6 / wal:F0} | {1e6 / wal:F0} | {wal:F1} | {bare:F1}
             | {100 * bare / wal:F1} % | {(double)payload.Length / groupSize:F0} | {cpu:F2} | {allocated:F1} |
            """).ReplaceLineEndings(string.Empty);
    }

    private static IFile OpenRaw(string path, long bytes)
    {
        var file = RealFileSystem.Instance.OpenOrCreate(path);
        file.Preallocate(bytes);
        file.SyncAll();
        return file;
    }

    private static void CreatePartitions(WriteAheadLog log)
    {
        for (uint i = 0; i < PartitionsPerGroup; i++)
        {
            log.CreatePartition(new PartitionId(i), new SnapshotMetadata(default, default, Voters));
        }

        log.WriteBatch();
        log.Sync();
    }

    /// <summary>Writes a group and reads back its bytes, for the bare writes to repeat.</summary>
    private static byte[] BytesOfOneGroup(WriteAheadLog log, GroupSource source, string directory)
    {
        long before = log.GetStatus().BytesWritten;
        WriteGroup(log, source);
        byte[] bytes = new byte[log.GetStatus().BytesWritten - before];
        using var segment = RealFileSystem.Instance.OpenRead($"{directory}/{SegmentName.Of(1)}");
        segment.Read(Sector.Bytes + before, bytes);
        return bytes;
    }

    private static void WriteGroup(WriteAheadLog log, GroupSource source)
    {
        source.AppendTo(log);
        log.WriteBatch();
        log.Sync();
    }

    /// <summary>
    /// What the log itself takes, on a file system that does nothing: microseconds for each group and bytes allocated for each entry, the
    /// requests not counted.
    /// </summary>
    private static (double Microseconds, double BytesPerEntry) CostWithoutDisk(int groupSize)
    {
        const int Groups = 2000;
        var options = new WalOptions { ClusterId = 1, ReplicaNodeId = 1, SegmentBytes = 1L << 40 };
        using var log = WriteAheadLog.Open(new NullFileSystem(), "/null", options, out _);
        CreatePartitions(log);
        var times = new double[Groups];
        long allocated = 0;
        for (int round = 0; round < 5; round++)
        {
            var source = new GroupSource(groupSize, Groups, firstGroup: round * Groups);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Groups; i++)
            {
                long start = Stopwatch.GetTimestamp();
                WriteGroup(log, source);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return (Median(times), allocated / ((double)Groups * groupSize));
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    /// <summary>Requests of one entry each, going around the partitions, made before the clock runs.</summary>
    private sealed class GroupSource
    {
        private readonly int _groupSize;
        private readonly List<PersistRequest> _prepared = [];
        private readonly ulong[] _nextIndex = new ulong[PartitionsPerGroup];
        private int _next;
        private int _turn;

        public GroupSource(int groupSize, int groups, int firstGroup = 0)
        {
            _groupSize = groupSize;
            _turn = firstGroup * groupSize;
            for (int p = 0; p < PartitionsPerGroup; p++)
            {
                _nextIndex[p] = (ulong)((_turn / PartitionsPerGroup) + (p < _turn % PartitionsPerGroup ? 1 : 0)) + 1;
            }

            byte[] data = new byte[EntryBytes];
            new Random(1).NextBytes(data);
            for (int i = 0; i < groups * groupSize; i++)
            {
                var entry = new Entry(new Term(1), new LogIndex(_nextIndex[(_turn + i) % PartitionsPerGroup]++), EntryKind.Command, data);
                _prepared.Add(new PersistRequest(1, null, null, new[] { entry }, MustSync: true));
            }
        }

        public void AppendTo(WriteAheadLog log)
        {
            for (int i = 0; i < _groupSize; i++)
            {
                log.Append(new PartitionId((uint)(_turn++ % PartitionsPerGroup)), _prepared[_next++]);
            }
        }
    }
}
