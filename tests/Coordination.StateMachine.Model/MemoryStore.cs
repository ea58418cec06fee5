namespace Coordination.StateMachine.Model;

/// <summary>A store in memory that keeps what was committed, and nothing else, across a simulated crash.</summary>
internal sealed class MemoryStore : IStateStore
{
    private readonly SortedDictionary<Revision, StoredVersion> _versions = [];
    private readonly Dictionary<long, StoredLease> _leases = [];
    private readonly Dictionary<string, MetadataRow> _clusterMetadata = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _partitionRows = [];
    private long _clusterMetadataVersion;
    private StoreMetadata _metadata = new();

    /// <summary>All changes, by revision and key.</summary>
    public IEnumerable<KeyValue> Changes => _versions.Values
        .OrderBy(change => change.Revision.Main)
        .ThenBy(change => Convert.ToHexString(change.Key.Span), StringComparer.Ordinal)
        .Select(static change => new KeyValue(
            change.Key.ToArray(), change.Value, change.CreateRevision, change.Revision.Main, change.Version, change.Lease));

    public StoreMetadata LoadMetadata() => _metadata;

    public IEnumerable<StoredLease> LoadLeases() => [.. _leases.Values];

    public MetadataSnapshot LoadClusterMetadata() => MetadataSnapshot.Of(_clusterMetadataVersion, _clusterMetadata);

    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> LoadPartitionRows() => [.. _partitionRows];

    public IEnumerable<StoredVersion> Scan(Revision from, long toMain) =>
        [.. _versions.Values.Where(version => version.Revision >= from && version.Revision.Main <= toMain)];

    public byte[]? FindValue(Revision revision) => _versions.TryGetValue(revision, out var version) ? version.Value.ToArray() : null;

    public void Commit(StateChanges changes, StoreMetadata metadata)
    {
        foreach (var version in changes.Versions.Concat(changes.Received))
        {
            _versions.Add(version.Revision, version);
        }

        foreach (var revision in changes.Removed)
        {
            _versions.Remove(revision);
        }

        foreach (var (id, lease) in changes.Leases)
        {
            if (lease is { } kept)
            {
                _leases[id] = kept;
            }
            else
            {
                _leases.Remove(id);
            }
        }

        foreach (var (key, row) in changes.MetadataRows)
        {
            if (row is null)
            {
                _clusterMetadata.Remove(key);
            }
            else
            {
                _clusterMetadata[key] = row;
            }
        }

        foreach (var (key, row) in changes.PartitionRows)
        {
            if (row is { } kept)
            {
                _partitionRows[key] = kept;
            }
            else
            {
                _partitionRows.Remove(key);
            }
        }

        _clusterMetadataVersion = changes.MetadataVersion ?? _clusterMetadataVersion;
        _metadata = metadata;
    }
}
