using Coordination.StateMachine;

namespace Coordination.Storage.Tests;

/// <summary>A directory for state stores that goes with the test.</summary>
public sealed class StateFixture : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("coordination-state-");

    /// <summary>Where the store lies.</summary>
    public string StorePath => PathOf("store");

    public static StateStoreOptions Options { get; } = new() { MemtableBytes = 1 << 20, BlockCacheBytes = 1 << 20 };

    public string PathOf(string name) => Path.Combine(_root.FullName, name);

    public RocksDbStateStore Open(ulong appliedIndexMin = 0) => RocksDbStateStore.Open(StorePath, Options, appliedIndexMin);

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>Everything a store holds, as text.</summary>
    public static IReadOnlyList<string> Describe(IStateStore store)
    {
        var metadata = store.LoadMetadata();
        List<string> lines =
        [
            $"applied {metadata.AppliedIndex}@{metadata.AppliedTerm} revision {metadata.Revision}",
            $"compacted {metadata.CompactRevision} removed {metadata.RemovedRevision}",
            $"alarms {string.Join(' ', metadata.Alarms)} membership {Convert.ToHexString(metadata.Membership.Span)}",
        ];
        var cluster = store.LoadClusterMetadata();
        if (cluster.Version > 0)
        {
            lines.Add($"cluster's metadata {cluster.Version}");
            lines.AddRange(cluster.Rows.Select(row => $"{row.Key}@{row.Value.Version}={Convert.ToHexString(row.Value.Value.Span)}"));
        }

        lines.AddRange(store.LoadPartitionRows()
            .OrderBy(row => row.Key, StringComparer.Ordinal)
            .Select(row => $"partition {row.Key}={Convert.ToHexString(row.Value.Span)}"));
        lines.AddRange(store.LoadLeases().OrderBy(lease => lease.Id).Select(lease => lease.ToString()));
        lines.AddRange(store.Scan(default, long.MaxValue).Select(Describe));
        return lines;
    }

    public static string Describe(StoredVersion version) =>
        $"{version.Revision} {Convert.ToHexString(version.Key.Span)}={Convert.ToHexString(version.Value.Span)}"
        + $" {version.CreateRevision} {version.Version} {version.Lease}";

    /// <summary>A commit of some keys: each a change of its own revision, from <paramref name="first"/> on.</summary>
    public static void Put(IStateStore store, long first, int count, int valueBytes = 100)
    {
        var changes = new StateChanges();
        for (long main = first; main < first + count; main++)
        {
            byte[] value = new byte[valueBytes];
            new Random((int)main).NextBytes(value);
            changes.Add(new StoredVersion(new Revision(main, 0), BitConverter.GetBytes(main), value, main, 1, 0));
        }

        long last = first + count - 1;
        changes.SetLease(new StoredLease(last, 10, 0));
        store.Commit(changes, new StoreMetadata { AppliedIndex = (ulong)last, AppliedTerm = 1, Revision = last });
    }
}
