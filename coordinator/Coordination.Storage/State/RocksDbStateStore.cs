using Coordination.StateMachine;

namespace Coordination.Storage;

/// <summary>
/// A partition's state on disk, in RocksDB without a log of its own: the Raft log is the only one. Each commit is one atomic write of
/// changes and metadata into memory; what is in memory reaches the disk all at once, by <see cref="Flush"/> or, when the limit of
/// <see cref="StateStoreOptions"/> is reached, in the background. So what a crash leaves is the state after some commit, at least the last
/// one that was flushed, and the owner applies the log again from there. The log may be cut up to <see cref="DurableAppliedIndex"/> and
/// not further.
/// </summary>
/// <remarks>
/// One thread commits; everything else may be called from any thread, meanwhile too. Errors of the disk are <see cref="IOException"/>,
/// among them <see cref="DiskFullException"/> and <see cref="StateStoreCorruptException"/>. After a failed commit or flush the owner stops
/// using the store. Disposing does not flush.
/// </remarks>
public sealed class RocksDbStateStore : IDurableStateStore
{
    private readonly RocksDbDatabase _database;
    private readonly ClusterMetadataRows _clusterMetadata;
    private readonly PartitionRecords _partition;
    private byte[] _record = new byte[1024];
    private Revision _lastVersion;
    private ulong _committedIndex;

    private RocksDbStateStore(RocksDbDatabase database)
    {
        _database = database;
        _clusterMetadata = new ClusterMetadataRows(database);
        _partition = new PartitionRecords(database);
    }

    /// <summary>
    /// Completes with the first failure to read or to write the store, on whatever thread it was met: the owner then stops using the store,
    /// for nobody knows what else is damaged. A <see cref="Checkpoint"/> that cannot be written does not count: the store is as it was.
    /// </summary>
    public Task<Exception> Failed => _database.Failed;

    /// <summary>The last log entry that the durable state contains; 0 for an empty one. A point read of what is on disk.</summary>
    public ulong DurableAppliedIndex =>
        Decoded(() => _database.Read(ColumnFamily.Metadata, MetadataRecord.Key, MetadataRecord.DecodeAppliedIndex, persistedOnly: true));

    /// <summary>About how many bytes of commits are in memory: what the next <see cref="Flush"/> has to write.</summary>
    public long UnflushedBytes => (long)_database.Sum("rocksdb.cur-size-all-mem-tables");

    /// <summary>About how many bytes the store takes, on disk and in memory, with what is deleted but not removed yet.</summary>
    public long SizeBytes => (long)(_database.Sum("rocksdb.total-sst-files-size") + _database.Sum("rocksdb.cur-size-all-mem-tables"));

    /// <summary>
    /// About how many of <see cref="SizeBytes"/> hold something that can be read. Deletions count only from the time that files with
    /// them were rewritten, in the background or by <see cref="Defragment"/>.
    /// </summary>
    public long SizeInUseBytes =>
        Math.Min(SizeBytes, (long)(_database.Sum("rocksdb.estimate-live-data-size") + _database.Sum("rocksdb.cur-size-all-mem-tables")));

    /// <summary>Opens the store in a directory, or creates it with the directory. Takes a lock that ends with the process.</summary>
    /// <param name="directory">The store's own directory: as left by a store, or made by <see cref="Checkpoint"/>.</param>
    /// <param name="options">How much memory to take.</param>
    /// <param name="appliedIndexMin">
    /// The last entry that the log does not have any more. An older state cannot be completed, so it is refused as damaged.
    /// </param>
    /// <exception cref="StateStoreCorruptException">A file is damaged or missing.</exception>
    /// <exception cref="IOException">The directory cannot be read or written, or another store has it open.</exception>
    public static RocksDbStateStore Open(string directory, StateStoreOptions options, ulong appliedIndexMin = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        string path = Path.GetFullPath(directory);
        if (!Directory.Exists(path))
        {
            Create(path, options);
        }

        RequireCurrent(path);
        RequireNoLog(path);
        var store = new RocksDbStateStore(RocksDbDatabase.Open(path, RocksDbSettings.Of(options, create: false)));
        try
        {
            store.Recover(appliedIndexMin);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public StoreMetadata LoadMetadata() =>
        Decoded(() => _database.Read(ColumnFamily.Metadata, MetadataRecord.Key, MetadataRecord.Decode)) ?? new StoreMetadata();

    /// <inheritdoc/>
    public IEnumerable<StoredLease> LoadLeases()
    {
        using var iterator = _database.Iterate(ColumnFamily.Leases, [], []);
        while (iterator.MoveNext())
        {
            yield return DecodeLease(iterator);
        }
    }

    /// <inheritdoc/>
    public MetadataSnapshot LoadClusterMetadata()
    {
        try
        {
            return _clusterMetadata.Load();
        }
        catch (InvalidDataException damage)
        {
            throw Damaged("a record of the cluster's metadata", damage);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> LoadPartitionRows() => _partition.Load();

    /// <inheritdoc/>
    public IEnumerable<StoredVersion> Scan(Revision from, long toMain)
    {
        using var iterator = IterateRevisions(from, toMain);

        // One buffer for all changes: they are valid one at a time.
        byte[] buffer = new byte[1024];
        while (iterator.MoveNext())
        {
            var record = iterator.Value;
            if (record.Length > buffer.Length)
            {
                buffer = new byte[Math.Max(record.Length, buffer.Length * 2)];
            }

            record.CopyTo(buffer);
            yield return DecodeVersion(iterator.Key, buffer.AsMemory(0, record.Length));
        }
    }

    /// <inheritdoc/>
    public byte[]? FindValue(Revision revision)
    {
        Span<byte> key = stackalloc byte[VersionRecord.KeyBytes];
        VersionRecord.EncodeKey(revision, key);
        try
        {
            return _database.Read(ColumnFamily.Revisions, key, VersionRecord.DecodeValue);
        }
        catch (InvalidDataException damage)
        {
            throw Damaged($"the record of revision {revision}", damage);
        }
    }

    /// <inheritdoc/>
    public void Commit(StateChanges changes, StoreMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(metadata);
        Invariant.Check(
            metadata.AppliedIndex >= _committedIndex,
            $"A commit goes back from entry {_committedIndex} to {metadata.AppliedIndex}.");
        using (_database.Use())
        {
            _database.Batch.Clear();
            AddReceived(changes.Received);
            AddVersions(changes.Versions);
            AddRemoved(changes.Removed);
            AddLeases(changes.Leases);
            _clusterMetadata.Add(changes);
            _partition.Add(changes.PartitionRows);
            MetadataRecord.Encode(metadata, Record(MetadataRecord.SizeOf(metadata)));
            _database.Batch.Put(ColumnFamily.Metadata, MetadataRecord.Key, Record(MetadataRecord.SizeOf(metadata)));
            _database.Write();
        }

        _committedIndex = metadata.AppliedIndex;
    }

    /// <summary>
    /// Makes every commit made before this call durable. Commits may go on meanwhile; they wait only if they fill the memory limit.
    /// </summary>
    /// <returns>The <see cref="DurableAppliedIndex"/>, read back from disk.</returns>
    public ulong Flush()
    {
        _database.Flush();
        return DurableAppliedIndex;
    }

    /// <summary>
    /// Makes a store in a new directory that holds every commit made before this call, without copying: its files are links to those of
    /// this store. Makes these commits durable here too.
    /// </summary>
    /// <param name="directory">A directory on the same file system that does not exist, in one that does.</param>
    public void Checkpoint(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _database.Checkpoint(Path.GetFullPath(directory));
    }

    /// <summary>
    /// Rewrites the store without what is deleted. Takes time and up to as much space as the store has; commits and reads go on.
    /// </summary>
    public void Defragment()
    {
        _database.Flush();
        _database.Compact();
    }

    /// <summary>Closes the store, when scans that still run have ended. What was not flushed is forgotten.</summary>
    public void Dispose() => _database.Dispose();

    /// <summary>Creates an empty store under another name and renames it, so that a crash leaves a whole store or none.</summary>
    private static void Create(string path, StateStoreOptions options)
    {
        var files = RealFileSystem.Instance;
        string parent = Path.GetDirectoryName(path) ?? throw new IOException($"{path}: the path has no parent that could hold the store.");
        files.CreateDirectory(parent);
        string unfinished = path + ".creating";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        RocksDbDatabase.Open(unfinished, RocksDbSettings.Of(options, create: true)).Dispose();
        Directory.Move(unfinished, path);
        files.SyncDirectory(parent);
    }

    /// <summary>RocksDB tells a directory without this file from an empty one by nothing, and would start anew in it.</summary>
    private static void RequireCurrent(string path)
    {
        string current = Path.Combine(path, "CURRENT");
        try
        {
            // Opened, not only asked for: a file that this user may not see would seem to be missing.
            RealFileSystem.Instance.OpenRead(current).Dispose();
        }
        catch (FileNotFoundException missing)
        {
            throw new StateStoreCorruptException(current, "the file is missing.", missing);
        }
    }

    /// <summary>
    /// Of a log of its own that does not verify RocksDB does not say which file it is, and there is never anything in one.
    /// </summary>
    private static void RequireNoLog(string path)
    {
        foreach (string log in Directory.GetFiles(path, "*.log"))
        {
            if (new FileInfo(log).Length > 0)
            {
                throw new StateStoreCorruptException(log, "the file is not empty, and the store never writes to it.");
            }
        }
    }

    private void Recover(ulong appliedIndexMin)
    {
        var metadata = LoadMetadata();
        _committedIndex = metadata.AppliedIndex;
        if (_committedIndex < appliedIndexMin)
        {
            throw new StateStoreCorruptException(
                _database.Directory,
                $"it contains the log up to entry {_committedIndex}, and the log itself goes back only to entry {appliedIndexMin + 1}.");
        }

        if (_committedIndex == 0)
        {
            using var iterator = IterateRevisions(default, long.MaxValue);
            if (iterator.MoveNext())
            {
                throw new StateStoreCorruptException(_database.Directory, "it has keys and no metadata.");
            }
        }
    }

    private RocksDbIterator IterateRevisions(Revision from, long toMain)
    {
        Span<byte> first = stackalloc byte[VersionRecord.KeyBytes];
        Span<byte> end = stackalloc byte[VersionRecord.KeyBytes];
        VersionRecord.EncodeKey(from, first);
        if (toMain == long.MaxValue)
        {
            return _database.Iterate(ColumnFamily.Revisions, first, []);
        }

        VersionRecord.EncodeKey(new Revision(toMain + 1, 0), end);
        return _database.Iterate(ColumnFamily.Revisions, first, end);
    }

    private void AddVersions(IReadOnlyList<StoredVersion> versions)
    {
        for (int i = 0; i < versions.Count; i++)
        {
            var revision = versions[i].Revision;
            Invariant.Check(revision > _lastVersion, $"The change of revision {revision} comes after that of {_lastVersion}.");
            _lastVersion = revision;
            Add(versions[i]);
        }
    }

    private void AddReceived(IReadOnlyList<StoredVersion> received)
    {
        for (int i = 0; i < received.Count; i++)
        {
            Add(received[i]);
        }
    }

    private void Add(in StoredVersion version)
    {
        Span<byte> key = stackalloc byte[VersionRecord.KeyBytes];
        VersionRecord.EncodeKey(version.Revision, key);
        var record = Record(VersionRecord.SizeOf(version));
        VersionRecord.Encode(version, record);
        _database.Batch.Put(ColumnFamily.Revisions, key, record);
    }

    private void AddRemoved(IReadOnlyList<Revision> removed)
    {
        Span<byte> key = stackalloc byte[VersionRecord.KeyBytes];
        for (int i = 0; i < removed.Count; i++)
        {
            VersionRecord.EncodeKey(removed[i], key);
            _database.Batch.Delete(ColumnFamily.Revisions, key);
        }
    }

    private void AddLeases(IReadOnlyDictionary<long, StoredLease?> leases)
    {
        if (leases.Count == 0)
        {
            return;
        }

        Span<byte> key = stackalloc byte[LeaseRecord.KeyBytes];
        foreach (var (id, lease) in leases)
        {
            LeaseRecord.EncodeKey(id, key);
            if (lease is { } kept)
            {
                var record = Record(LeaseRecord.SizeOf(kept));
                LeaseRecord.Encode(kept, record);
                _database.Batch.Put(ColumnFamily.Leases, key, record);
            }
            else
            {
                _database.Batch.Delete(ColumnFamily.Leases, key);
            }
        }
    }

    /// <summary>Room for one record while a commit is put together.</summary>
    private Span<byte> Record(int bytes)
    {
        if (bytes > _record.Length)
        {
            _record = new byte[Math.Max(bytes, _record.Length * 2)];
        }

        return _record.AsSpan(0, bytes);
    }

    private StoredVersion DecodeVersion(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> record)
    {
        try
        {
            return VersionRecord.Decode(VersionRecord.DecodeKey(key), record);
        }
        catch (InvalidDataException damage)
        {
            throw Damaged($"the record of revision {Convert.ToHexString(key)}", damage);
        }
    }

    private StoredLease DecodeLease(RocksDbIterator iterator)
    {
        try
        {
            return LeaseRecord.Decode(iterator.Key, iterator.Value);
        }
        catch (InvalidDataException damage)
        {
            throw Damaged($"the record of lease {Convert.ToHexString(iterator.Key)}", damage);
        }
    }

    private T Decoded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException damage)
        {
            throw Damaged("the record of metadata", damage);
        }
    }

    private StateStoreCorruptException Damaged(string what, InvalidDataException damage) =>
        _database.Note(new StateStoreCorruptException(_database.Directory, $"{what} cannot be read: {damage.Message}.", damage));
}
