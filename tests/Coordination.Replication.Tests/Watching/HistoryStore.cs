using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

/// <summary>A store in memory for one thread that commits and others that read.</summary>
internal sealed class HistoryStore : IStateStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<Revision, StoredVersion> _versions = [];
    private StoreMetadata _metadata = new();

    /// <summary>What reading history throws, if anything.</summary>
    public Exception? Failure { get; set; }

    public StoreMetadata LoadMetadata()
    {
        lock (_gate)
        {
            return _metadata;
        }
    }

    public IEnumerable<StoredLease> LoadLeases() => [];

    public MetadataSnapshot LoadClusterMetadata() => MetadataSnapshot.Empty;

    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> LoadPartitionRows() => [];

    public IEnumerable<StoredVersion> Scan(Revision from, long toMain)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        lock (_gate)
        {
            return [.. _versions.Values.Where(version => version.Revision >= from && version.Revision.Main <= toMain)];
        }
    }

    public byte[]? FindValue(Revision revision)
    {
        lock (_gate)
        {
            return _versions.TryGetValue(revision, out var version) ? version.Value.ToArray() : null;
        }
    }

    public void Commit(StateChanges changes, StoreMetadata metadata)
    {
        lock (_gate)
        {
            foreach (var version in changes.Versions)
            {
                _versions.Add(version.Revision, version);
            }

            foreach (var revision in changes.Removed)
            {
                _versions.Remove(revision);
            }

            _metadata = metadata;
        }
    }
}
