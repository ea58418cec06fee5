using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Coordination.StateMachine;
using Coordination.Storage;

namespace Coordination.Benchmarks;

/// <summary>
/// Measures the state store by itself: commits of 50 changes with values of 256 bytes until there are a million, point reads from disk and
/// from memory, scans, opening, and what a compaction with defragmentation gives back. Changes are made before the clock runs.
/// </summary>
internal sealed partial class StateBenchmark
{
    private const int Records = 1_000_000;
    private const int RecordsPerCommit = 50;
    private const int ValueBytes = 256;
    private const int PointReads = 100_000;

    private readonly string _directory;
    private readonly Random _random = new(1);

    private StateBenchmark(string directory) => _directory = directory;

    /// <summary>Runs everything and prints a table. The only argument is the directory to write in, else the temporary one.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        string parent = arguments.IsEmpty ? Path.GetTempPath() : Path.GetFullPath(arguments[0]);
        string directory = Path.Combine(parent, $"coordination-state-benchmark-{Environment.ProcessId}");
        try
        {
            Console.WriteLine("| step | wall | CPU of the caller | CPU of the process | allocated |");
            Console.WriteLine("|---|--:|--:|--:|--:|");
            new StateBenchmark(directory).Run();
        }
        finally
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        return 0;
    }

    private void Run()
    {
        var store = MeasureOnce("create", () => RocksDbStateStore.Open(_directory, new StateStoreOptions()));
        using (store)
        {
            Put(store);
            ReadPoints(store, "point read, the last 10,000 (in memory)", Records - 10_000);
            MeasureOnce("flush of the rest", store.Flush);
            ReadPoints(store, "point read, the last 10,000, on disk (block cache)", Records - 10_000);
            PrintSizes(store);
        }

        store = MeasureOnce("open", () => RocksDbStateStore.Open(_directory, new StateStoreOptions()));
        using (store)
        {
            MeasureEach("scan of all, per record", Records, () => store.Scan(default, long.MaxValue).Count());
            ReadPoints(store, "point read, any (mostly not in the block cache)", 0);
            MeasureOnce("building the state machine, all", () => new PartitionState(store));
            long directoryBytes = new DirectoryInfo(_directory).EnumerateFiles().Sum(file => file.Length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| files on disk | {directoryBytes / 1e6:F0} MB | | | |"));
            Remove(store);
            PrintSizes(store);
            MeasureOnce("defragment", () => Run(store.Defragment));
            PrintSizes(store);
        }
    }

    private void Put(RocksDbStateStore store)
    {
        byte[] values = new byte[ValueBytes * 1000];
        _random.NextBytes(values);
        var commits = new List<StateChanges>();
        for (int i = 0; i < Records; i += RecordsPerCommit)
        {
            var changes = new StateChanges();
            for (int j = i; j < i + RecordsPerCommit; j++)
            {
                changes.Add(new StoredVersion(
                    new Revision(j + 2, 0), KeyOf(j), values.AsMemory(j % 1000 * ValueBytes, ValueBytes), j + 2, 1, 0));
            }

            commits.Add(changes);
        }

        MeasureEach($"commit of {RecordsPerCommit}, per record", Records, () =>
        {
            long applied = 0;
            foreach (var changes in commits)
            {
                applied += RecordsPerCommit;
                store.Commit(changes, new StoreMetadata { AppliedIndex = (ulong)applied, AppliedTerm = 1, Revision = applied + 1 });
            }

            return applied;
        });
    }

    private void ReadPoints(RocksDbStateStore store, string what, int first)
    {
        MeasureEach(what, PointReads, () =>
        {
            long bytes = 0;
            for (int i = 0; i < PointReads; i++)
            {
                bytes += store.FindValue(new Revision(_random.Next(first, Records) + 2, 0))?.Length ?? throw new InvalidDataException();
            }

            return bytes;
        });
    }

    /// <summary>Removes nine changes out of ten, as a compaction does.</summary>
    private static void Remove(RocksDbStateStore store)
    {
        var changes = new StateChanges();
        foreach (int i in Enumerable.Range(0, Records).Where(i => i % 10 != 0))
        {
            changes.Remove(new Revision(i + 2, 0));
        }

        MeasureEach("removal in one commit, per record", changes.Removed.Count, () => Run(() => store.Commit(
            changes,
            new StoreMetadata { AppliedIndex = Records + 1, AppliedTerm = 1, Revision = Records + 1, CompactRevision = Records })));
    }

    private static byte[] KeyOf(int i) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/registry/services/{i:D8}"));

    private static void PrintSizes(RocksDbStateStore store) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| sizes: total, in use, unflushed"
        + $" | {store.SizeBytes / 1e6:F1}, {store.SizeInUseBytes / 1e6:F1}, {store.UnflushedBytes / 1e6:F1} MB | | | |"));

    private static int Run(Action action)
    {
        action();
        return 0;
    }

    private static T MeasureOnce<T>(string what, Func<T> action) => Measure(what, action, static (wall, thread, process, _) =>
        $"{wall.TotalMilliseconds:F0} ms | {thread.TotalMilliseconds:F0} ms | {process.TotalMilliseconds:F0} ms | ");

    private static void MeasureEach<T>(string what, int count, Func<T> action) => Measure(
        what,
        action,
        (wall, thread, process, allocated) =>
            $"{wall.TotalMicroseconds / count:F2} us | {thread.TotalMicroseconds / count:F2} us | {process.TotalMicroseconds / count:F2} us"
            + $" | {(double)allocated / count:F0} B");

    private static T Measure<T>(string what, Func<T> action, Func<TimeSpan, TimeSpan, TimeSpan, long, string> describe)
    {
        using var process = Process.GetCurrentProcess();
        var processBefore = process.TotalProcessorTime;
        var threadBefore = ThreadTime();
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        var result = action();
        var wall = Stopwatch.GetElapsedTime(start);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        var thread = ThreadTime() - threadBefore;
        process.Refresh();
        Console.WriteLine($"| {what} | {describe(wall, thread, process.TotalProcessorTime - processBefore, allocated)} |");
        return result;
    }

    /// <summary>The processor time of the calling thread: what a step costs its caller, whatever runs beside it.</summary>
    private static TimeSpan ThreadTime()
    {
        const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID
        if (GetTime(ThreadClock, out var time) != 0)
        {
            throw new PlatformNotSupportedException("This benchmark runs on Linux only.");
        }

        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1e3);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private readonly record struct Time(long Seconds, long Nanoseconds);
}
