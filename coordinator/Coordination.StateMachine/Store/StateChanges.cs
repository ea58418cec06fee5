namespace Coordination.StateMachine;

/// <summary>What a series of applied commands changes in the store: gathered, then committed as one atomic write, then cleared.</summary>
public sealed class StateChanges
{
    private readonly List<StoredVersion> _versions = [];
    private readonly List<StoredVersion> _received = [];
    private readonly List<Revision> _removed = [];
    private readonly Dictionary<long, StoredLease?> _leases = [];
    private readonly Dictionary<string, MetadataRow?> _metadataRows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadOnlyMemory<byte>?> _partitionRows = new(StringComparer.Ordinal);

    /// <summary>The new changes of keys, in order of revision.</summary>
    public IReadOnlyList<StoredVersion> Versions => _versions;

    /// <summary>
    /// Keys that came from another partition, each as its last change there left it: in no order, and never of a revision in the store.
    /// </summary>
    public IReadOnlyList<StoredVersion> Received => _received;

    /// <summary>The revisions whose record is to be removed.</summary>
    public IReadOnlyList<Revision> Removed => _removed;

    /// <summary>The leases that changed, by id; null for one that ended. No order: the store keeps them by id.</summary>
    public IReadOnlyDictionary<long, StoredLease?> Leases => _leases;

    /// <summary>
    /// The rows of the cluster's metadata that changed, by key; null for one that was deleted. No order: the store keeps them by key.
    /// </summary>
    public IReadOnlyDictionary<string, MetadataRow?> MetadataRows => _metadataRows;

    /// <summary>The version of the cluster's metadata, if they were written; otherwise null.</summary>
    public long? MetadataVersion { get; private set; }

    /// <summary>
    /// The rows about the partition itself that changed, by key, which is ASCII; null for one that was deleted. No order.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> PartitionRows => _partitionRows;

    /// <summary>Whether there is nothing but a <see cref="StoreMetadata"/> to store.</summary>
    public bool IsEmpty =>
        _versions.Count == 0 && _received.Count == 0 && _removed.Count == 0 && _leases.Count == 0 && _partitionRows.Count == 0
        && MetadataVersion is null;

    internal void Add(StoredVersion version) => _versions.Add(version);

    internal void AddReceived(StoredVersion version) => _received.Add(version);

    internal void Remove(Revision revision) => _removed.Add(revision);

    internal void SetLease(StoredLease lease) => _leases[lease.Id] = lease;

    internal void RemoveLease(long id) => _leases[id] = null;

    internal void SetMetadata(string key, MetadataRow row) => _metadataRows[key] = row;

    internal void RemoveMetadata(string key) => _metadataRows[key] = null;

    internal void SetMetadataVersion(long version) => MetadataVersion = version;

    internal void SetPartitionRow(string key, ReadOnlyMemory<byte>? value) => _partitionRows[key] = value;

    internal void Clear()
    {
        _versions.Clear();
        _received.Clear();
        _removed.Clear();
        _leases.Clear();
        _metadataRows.Clear();
        _partitionRows.Clear();
        MetadataVersion = null;
    }
}
