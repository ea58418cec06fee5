using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>Everything that a state store holds: changes by revision, leases, the cluster's metadata.</summary>
internal sealed class StoreContent
{
    private readonly List<StoredVersion> _versions;
    private readonly SortedDictionary<long, StoredLease> _leases;
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _partitionRows;

    /// <summary>A store without keys.</summary>
    public StoreContent(StoreMetadata metadata)
        : this([], [], [], MetadataSnapshot.Empty, metadata)
    {
    }

    private StoreContent(
        List<StoredVersion> versions,
        SortedDictionary<long, StoredLease> leases,
        Dictionary<string, ReadOnlyMemory<byte>> partitionRows,
        MetadataSnapshot clusterMetadata,
        StoreMetadata metadata)
    {
        _versions = versions;
        _leases = leases;
        _partitionRows = new SortedDictionary<string, ReadOnlyMemory<byte>>(partitionRows, StringComparer.Ordinal);
        ClusterMetadata = clusterMetadata;
        Metadata = metadata;
    }

    /// <summary>The cluster's metadata.</summary>
    public MetadataSnapshot ClusterMetadata { get; private set; }

    /// <summary>What the last commit said of the state as a whole.</summary>
    public StoreMetadata Metadata { get; private set; }

    /// <summary>The changes, in order of revision.</summary>
    public IReadOnlyList<StoredVersion> Versions => _versions;

    /// <summary>The leases.</summary>
    public IReadOnlyCollection<StoredLease> Leases => _leases.Values;

    /// <summary>The rows about the partition itself.</summary>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> PartitionRows => _partitionRows;

    /// <summary>A copy that goes its own way.</summary>
    public StoreContent Clone() => new(
        [.. _versions], new SortedDictionary<long, StoredLease>(_leases), new(_partitionRows), ClusterMetadata, Metadata);

    /// <summary>Where the changes from a revision on begin.</summary>
    public int IndexOf(Revision revision)
    {
        int low = 0;
        int high = _versions.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_versions[middle].Revision < revision)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Finds the change of a revision.</summary>
    public bool TryFind(Revision revision, out StoredVersion version)
    {
        int index = IndexOf(revision);
        bool exists = index < _versions.Count && _versions[index].Revision == revision;
        version = exists ? _versions[index] : default;
        return exists;
    }

    /// <summary>Takes a commit in.</summary>
    public void Apply(StoreCommit commit)
    {
        foreach (var version in commit.Versions)
        {
            Invariant.Check(
                _versions.Count == 0 || version.Revision > _versions[^1].Revision,
                $"The change of revision {version.Revision} comes after that of {_versions[^1].Revision}.");
            _versions.Add(version);
        }

        foreach (var received in commit.Received)
        {
            _versions.Insert(IndexOf(received.Revision), received);
        }

        foreach (var removed in commit.Removed)
        {
            if (TryFind(removed, out _))
            {
                _versions.RemoveAt(IndexOf(removed));
            }
        }

        foreach (var (id, lease) in commit.Leases)
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

        foreach (var (key, row) in commit.PartitionRows)
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

        ApplyMetadata(commit);
        Metadata = commit.Metadata;
    }

    private void ApplyMetadata(StoreCommit commit)
    {
        var rows = ClusterMetadata.Rows;
        foreach (var (key, row) in commit.MetadataRows)
        {
            rows = row is null ? rows.Remove(key) : rows.SetItem(key, row);
        }

        ClusterMetadata = new MetadataSnapshot(commit.MetadataVersion ?? ClusterMetadata.Version, rows);
    }
}
