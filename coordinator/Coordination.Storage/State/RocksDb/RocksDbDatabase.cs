using System.Runtime.InteropServices;

namespace Coordination.Storage;

/// <summary>
/// One open RocksDB database with everything that was allocated for it. Any thread may use it; what is in use when it is disposed is
/// finished first: each use holds a count of the handle, and RocksDB closes when the last one goes. Only <see cref="Batch"/> belongs to one
/// thread, the committing one.
/// </summary>
internal sealed unsafe class RocksDbDatabase : SafeHandle
{
    /// <summary>Skips what is only in memory (rocksdb/options.h, ReadTier).</summary>
    private const int PersistedTier = 2;

    /// <summary>Rewrites what lies in the last level, too (rocksdb/options.h, BottommostLevelCompaction::kForceOptimized).</summary>
    private const byte ForceBottommostLevel = 3;

    private readonly nint[] _families = new nint[FamilyNames.Length];
    private readonly nint _options = RocksDbNative.CreateOptions();
    private readonly nint _readOptions = RocksDbNative.CreateReadOptions();
    private readonly nint _persistedReadOptions = RocksDbNative.CreateReadOptions();
    private readonly nint _writeOptions = RocksDbNative.CreateWriteOptions();
    private readonly nint _flushOptions = RocksDbNative.CreateFlushOptions();
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RocksDbDatabase(string directory)
        : base(0, ownsHandle: true)
    {
        Directory = directory;
        RocksDbNative.SetVerifyChecksums(_readOptions, 1);
        RocksDbNative.SetVerifyChecksums(_persistedReadOptions, 1);
        RocksDbNative.SetReadTier(_persistedReadOptions, PersistedTier);
        RocksDbNative.DisableWal(_writeOptions, 1);
        RocksDbNative.SetWait(_flushOptions, 1);
        Batch = new RocksDbWriteBatch(_families);
    }

    /// <summary>The names of the column families, by <see cref="ColumnFamily"/>.</summary>
    public static string[] FamilyNames { get; } = ["default", "revisions", "leases", "metadata"];

    public string Directory { get; }

    /// <summary>Completes with the first failure to read or to write what the database itself holds.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>The writes that <see cref="Write"/> is to make. To be filled inside a <see cref="Use"/>.</summary>
    public RocksDbWriteBatch Batch { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>Opens a database; <paramref name="settings"/> are RocksDB's options as text.</summary>
    public static RocksDbDatabase Open(string directory, string settings)
    {
        var database = new RocksDbDatabase(directory);
        try
        {
            database.OpenHandle(settings);
            return database;
        }
        catch
        {
            // The handle is invalid still, so nobody else would free what lies around it.
            database.Free();
            throw;
        }
    }

    /// <summary>Keeps the database open until the result is disposed.</summary>
    public Usage Use() => new(this);

    /// <summary>Reads a record through <paramref name="decode"/>, without a copy between; default when there is none.</summary>
    public T? Read<T>(ColumnFamily family, ReadOnlySpan<byte> key, Func<ReadOnlySpan<byte>, T> decode, bool persistedOnly = false)
    {
        using var use = Use();
        nint slice;
        nint error;
        fixed (byte* start = key)
        {
            slice = RocksDbNative.GetPinned(
                handle, persistedOnly ? _persistedReadOptions : _readOptions, _families[(int)family], start, (nuint)key.Length, out error);
        }

        ThrowIfAny(error);
        if (slice == 0)
        {
            return default;
        }

        try
        {
            byte* value = RocksDbNative.PinnedValue(slice, out nuint bytes);
            return decode(new ReadOnlySpan<byte>(value, checked((int)bytes)));
        }
        finally
        {
            RocksDbNative.DestroyPinned(slice);
        }
    }

    /// <summary>Iterates from <paramref name="first"/> on, over what is committed now.</summary>
    public RocksDbIterator Iterate(ColumnFamily family, ReadOnlySpan<byte> first, ReadOnlySpan<byte> end) =>
        new(this, _families[(int)family], first, end);

    /// <summary>Makes the writes of <see cref="Batch"/>, all or none, in memory only.</summary>
    public void Write()
    {
        using var use = Use();
        RocksDbNative.Write(handle, _writeOptions, Batch.Handle, out nint error);
        ThrowIfAny(error);
    }

    /// <summary>Makes durable what is in memory, all column families at once.</summary>
    public void Flush()
    {
        using var use = Use();
        RocksDbNative.Flush(handle, _flushOptions, _families, _families.Length, out nint error);
        ThrowIfAny(error);
    }

    /// <summary>Makes a copy of the database out of hard links, memory included.</summary>
    public void Checkpoint(string directory)
    {
        using var use = Use();
        nint checkpoint = RocksDbNative.CreateCheckpointObject(handle, out nint error);
        ThrowIfAny(error);
        RocksDbNative.CreateCheckpoint(checkpoint, directory, logBytesForFlush: 0, out error);
        RocksDbNative.DestroyCheckpointObject(checkpoint);
        RocksDbErrors.ThrowIfAny(error, directory);
    }

    /// <summary>Rewrites everything, so that what was deleted or replaced leaves the disk.</summary>
    public void Compact()
    {
        using var use = Use();
        ulong errorsBefore = Sum("rocksdb.background-errors");
        nint options = RocksDbNative.CreateCompactOptions();
        RocksDbNative.SetBottommostLevelCompaction(options, ForceBottommostLevel);
        RocksDbNative.SetExclusiveManualCompaction(options, 0);
        foreach (nint family in _families)
        {
            RocksDbNative.CompactRange(handle, family, options, null, 0, null, 0);
        }

        RocksDbNative.DestroyCompactOptions(options);
        if (Sum("rocksdb.background-errors") != errorsBefore)
        {
            // The function does not say what went wrong. If it was damage, reading everything finds it and names the file.
            RocksDbNative.VerifyChecksums(handle, out nint error);
            ThrowIfAny(error);
            throw new IOException($"{Directory}: compaction failed; the file LOG there says why.");
        }
    }

    /// <summary>A number that RocksDB keeps for each column family, over all of them.</summary>
    public ulong Sum(string property)
    {
        using var use = Use();
        ulong sum = 0;
        foreach (nint family in _families)
        {
            int failed = RocksDbNative.ReadProperty(handle, family, property, out ulong value);
            Invariant.Check(failed == 0, $"RocksDB has no property {property}.");
            sum += value;
        }

        return sum;
    }

    /// <summary>Notes, for whoever owns the database, a failure that the caller is about to throw.</summary>
    public TException Note<TException>(TException failure)
        where TException : Exception
    {
        _failed.TrySetResult(failure);
        return failure;
    }

    /// <summary>Throws what <paramref name="error"/> means, unless it is null, and notes it.</summary>
    internal void ThrowIfAny(nint error)
    {
        if (error != 0)
        {
            throw Note(RocksDbErrors.Take(error, Directory));
        }
    }

    /// <summary>A new iterator of RocksDB. The caller holds the database in use until it has destroyed it.</summary>
    internal nint CreateIterator(nint family, nint options) => RocksDbNative.CreateIterator(handle, options, family);

    protected override bool ReleaseHandle()
    {
        Free();
        return true;
    }

    private void OpenHandle(string settings)
    {
        nint defaults = RocksDbNative.CreateOptions();
        RocksDbNative.ParseOptions(defaults, settings, _options, out nint error);
        RocksDbNative.DestroyOptions(defaults);
        RocksDbErrors.ThrowIfAny(error, Directory);
        Invariant.Check(RocksDbNative.IsAtomicFlush(_options) != 0, $"RocksDB did not take atomic_flush for {Directory}.");
        nint[] familyOptions = new nint[FamilyNames.Length];
        Array.Fill(familyOptions, _options);
        nint database = RocksDbNative.Open(_options, Directory, FamilyNames.Length, FamilyNames, familyOptions, _families, out error);
        RocksDbErrors.ThrowIfAny(error, Directory);
        SetHandle(database);
    }

    private void Free()
    {
        RocksDbNative.DestroyBatch(Batch.Handle);
        if (handle != 0)
        {
            foreach (nint family in _families)
            {
                RocksDbNative.DestroyFamily(family);
            }

            RocksDbNative.Close(handle);
        }

        RocksDbNative.DestroyReadOptions(_readOptions);
        RocksDbNative.DestroyReadOptions(_persistedReadOptions);
        RocksDbNative.DestroyWriteOptions(_writeOptions);
        RocksDbNative.DestroyFlushOptions(_flushOptions);
        RocksDbNative.DestroyOptions(_options);
    }

    /// <summary>A count on the handle.</summary>
    public readonly ref struct Usage
    {
        private readonly RocksDbDatabase _database;

        public Usage(RocksDbDatabase database)
        {
            bool isTaken = false;
            database.DangerousAddRef(ref isTaken);
            _database = database;
        }

        public void Dispose() => _database.DangerousRelease();
    }
}
