using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// The snapshot files of a node: containers for the bytes of a state machine at a position of its partition's log, whatever they mean. A
/// snapshot is written under a temporary name, synced, and only then given its own: what the store lists is complete. Thread-safe; the
/// readers and writers it hands out are not.
/// </summary>
public sealed class SnapshotStore
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly ulong _clusterId;
    private readonly Lock _lock = new();
    private readonly List<SnapshotFile> _snapshots = [];
    private long _writersBegun;

    private SnapshotStore(IFileSystem files, string directory, ulong clusterId)
    {
        _files = files;
        _directory = directory;
        _clusterId = clusterId;
    }

    /// <summary>
    /// Opens the store in a directory of its own, which is created when missing, and removes what interrupted writes left there.
    /// </summary>
    /// <exception cref="SnapshotCorruptException">The header of a snapshot is damaged, or the file has the wrong size.</exception>
    /// <exception cref="IOException">The disk failed, or a snapshot belongs to another cluster.</exception>
    public static SnapshotStore Open(IFileSystem files, string directory, ulong clusterId)
    {
        ArgumentNullException.ThrowIfNull(files);
        files.CreateDirectory(directory);
        var store = new SnapshotStore(files, directory, clusterId);
        foreach (string name in files.List(directory))
        {
            string path = $"{directory}/{name}";
            if (name.EndsWith(SnapshotFormat.TemporaryExtension, StringComparison.Ordinal))
            {
                files.Delete(path);
            }
            else if (name.EndsWith(SnapshotFormat.Extension, StringComparison.Ordinal))
            {
                store._snapshots.Add(store.Inspect(path, name));
            }
        }

        // The names were found, but the last sync of the directory may not have been reached.
        files.SyncDirectory(directory);
        return store;
    }

    /// <summary>Begins a snapshot; it is part of the store when the writer has committed.</summary>
    public SnapshotWriter BeginWrite(PartitionId partition, SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        long number = Interlocked.Increment(ref _writersBegun);
        string temporary = $"{_directory}/{SnapshotFormat.NameOf(partition, metadata)}.{number}{SnapshotFormat.TemporaryExtension}";
        return new SnapshotWriter(this, _files, temporary, _clusterId, partition, metadata);
    }

    /// <summary>Opens a snapshot; its content is verified as it is read.</summary>
    /// <exception cref="SnapshotCorruptException">The header is damaged, or the file has the wrong size.</exception>
    /// <exception cref="FileNotFoundException">The snapshot was purged.</exception>
    public SnapshotReader Read(SnapshotFile snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var file = _files.OpenRead(snapshot.Path);
        try
        {
            return new SnapshotReader(file, snapshot, SnapshotFormat.ReadHeader(file, snapshot.Path));
        }
        catch
        {
            // Not handled, only cleaned up after.
            file.Dispose();
            throw;
        }
    }

    /// <summary>The snapshot of a partition with the highest index, or null.</summary>
    public SnapshotFile? FindLatest(PartitionId partition)
    {
        lock (_lock)
        {
            return _snapshots.FindLast(snapshot => snapshot.Partition == partition);
        }
    }

    /// <summary>All snapshots, ordered by partition and then by index.</summary>
    public IReadOnlyList<SnapshotFile> List()
    {
        lock (_lock)
        {
            return [.. _snapshots];
        }
    }

    /// <summary>Deletes the snapshots of a partition below an index. A reader that is open on one may fail from then on.</summary>
    /// <returns>How many were deleted.</returns>
    public int PurgeOlderThan(PartitionId partition, LogIndex index)
    {
        lock (_lock)
        {
            int deleted = 0;
            for (int i = _snapshots.Count - 1; i >= 0; i--)
            {
                if (_snapshots[i].Partition == partition && _snapshots[i].Metadata.Index < index)
                {
                    _files.Delete(_snapshots[i].Path);
                    _snapshots.RemoveAt(i);
                    deleted++;
                }
            }

            if (deleted > 0)
            {
                _files.SyncDirectory(_directory);
            }

            return deleted;
        }
    }

    /// <summary>Gives a complete and synced file its name.</summary>
    internal SnapshotFile Adopt(string temporaryPath, PartitionId partition, SnapshotMetadata metadata, long contentBytes)
    {
        lock (_lock)
        {
            string path = $"{_directory}/{SnapshotFormat.NameOf(partition, metadata)}";
            _files.Rename(temporaryPath, path);
            _files.SyncDirectory(_directory);
            var snapshot = new SnapshotFile(partition, metadata, contentBytes, path);
            _snapshots.RemoveAll(other => other.Path == path);
            int place = _snapshots.FindIndex(other => string.CompareOrdinal(other.Path, path) > 0);
            _snapshots.Insert(place < 0 ? _snapshots.Count : place, snapshot);
            return snapshot;
        }
    }

    private SnapshotFile Inspect(string path, string name)
    {
        using var file = _files.OpenRead(path);
        var header = SnapshotFormat.ReadHeader(file, path);
        if (header.ClusterId != _clusterId)
        {
            throw new IOException($"{path}: the snapshot belongs to cluster {header.ClusterId}, this is cluster {_clusterId}.");
        }

        if (SnapshotFormat.NameOf(header.Partition, header.Metadata) != name)
        {
            throw new SnapshotCorruptException(path, 0, $"The file holds the snapshot of partition {header.Partition} at {header.Metadata.Index}.");
        }

        return new SnapshotFile(header.Partition, header.Metadata, header.ContentBytes, path);
    }
}
