using System.Runtime.InteropServices;

namespace Coordination.Storage;

/// <summary>
/// The functions of RocksDB's C interface (rocksdb/c.h) that the state store uses. They are bound here rather than through the managed part
/// of the package, which binds well over a thousand functions by emitting code when it is first touched: a third of a second of CPU at each
/// start. Errors come back as a string that the caller frees; see <see cref="RocksDbErrors"/>.
/// </summary>
/// <remarks>Only functions that neither wait nor touch a file may skip the transition that lets the garbage collector run.</remarks>
internal static unsafe partial class RocksDbNative
{
    private const string Library = "rocksdb";

    [LibraryImport(Library, EntryPoint = "rocksdb_free")]
    public static partial void Free(nint memory);

    [LibraryImport(Library, EntryPoint = "rocksdb_options_create")]
    public static partial nint CreateOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_options_destroy")]
    public static partial void DestroyOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_get_options_from_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void ParseOptions(nint defaults, string text, nint options, out nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_options_get_atomic_flush")]
    public static partial byte IsAtomicFlush(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_open_column_families", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Open(
        nint options, string directory, int count, [In] string[] names, [In] nint[] familyOptions, [Out] nint[] families, out nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_close")]
    public static partial void Close(nint database);

    [LibraryImport(Library, EntryPoint = "rocksdb_column_family_handle_destroy")]
    public static partial void DestroyFamily(nint family);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_create")]
    public static partial nint CreateReadOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_destroy")]
    public static partial void DestroyReadOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_verify_checksums")]
    public static partial void SetVerifyChecksums(nint options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_fill_cache")]
    public static partial void SetFillCache(nint options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_read_tier")]
    public static partial void SetReadTier(nint options, int tier);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_iterate_upper_bound")]
    public static partial void SetUpperBound(nint options, byte* key, nuint keyBytes);

    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_create")]
    public static partial nint CreateWriteOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_destroy")]
    public static partial void DestroyWriteOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_disable_WAL")]
    public static partial void DisableWal(nint options, int disable);

    [LibraryImport(Library, EntryPoint = "rocksdb_flushoptions_create")]
    public static partial nint CreateFlushOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_flushoptions_destroy")]
    public static partial void DestroyFlushOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_flushoptions_set_wait")]
    public static partial void SetWait(nint options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_flush_cfs")]
    public static partial void Flush(nint database, nint options, [In] nint[] families, int count, out nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_create")]
    public static partial nint CreateBatch();

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_destroy")]
    public static partial void DestroyBatch(nint batch);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_clear")]
    [SuppressGCTransition]
    public static partial void ClearBatch(nint batch);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_put_cf")]
    public static partial void PutInBatch(nint batch, nint family, byte* key, nuint keyBytes, byte* value, nuint valueBytes);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_delete_cf")]
    public static partial void DeleteInBatch(nint batch, nint family, byte* key, nuint keyBytes);

    [LibraryImport(Library, EntryPoint = "rocksdb_write")]
    public static partial void Write(nint database, nint options, nint batch, out nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_get_pinned_cf")]
    public static partial nint GetPinned(nint database, nint options, nint family, byte* key, nuint keyBytes, out nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_pinnableslice_value")]
    [SuppressGCTransition]
    public static partial byte* PinnedValue(nint slice, out nuint bytes);

    [LibraryImport(Library, EntryPoint = "rocksdb_pinnableslice_destroy")]
    public static partial void DestroyPinned(nint slice);

    [LibraryImport(Library, EntryPoint = "rocksdb_create_iterator_cf")]
    public static partial nint CreateIterator(nint database, nint options, nint family);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_destroy")]
    public static partial void DestroyIterator(nint iterator);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_seek")]
    public static partial void Seek(nint iterator, byte* key, nuint keyBytes);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_next")]
    public static partial void MoveNext(nint iterator);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_valid")]
    [SuppressGCTransition]
    public static partial byte IsValid(nint iterator);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_key")]
    [SuppressGCTransition]
    public static partial byte* IteratorKey(nint iterator, out nuint bytes);

    // Not short: with values read on demand this may go to the disk.
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_value")]
    public static partial byte* IteratorValue(nint iterator, out nuint bytes);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_get_error")]
    public static partial void IteratorError(nint iterator, out nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_property_int_cf", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ReadProperty(nint database, nint family, string name, out ulong value);

    [LibraryImport(Library, EntryPoint = "rocksdb_checkpoint_object_create")]
    public static partial nint CreateCheckpointObject(nint database, out nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_checkpoint_object_destroy")]
    public static partial void DestroyCheckpointObject(nint checkpoint);

    [LibraryImport(Library, EntryPoint = "rocksdb_checkpoint_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void CreateCheckpoint(nint checkpoint, string directory, ulong logBytesForFlush, out nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_compactoptions_create")]
    public static partial nint CreateCompactOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_compactoptions_destroy")]
    public static partial void DestroyCompactOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_compactoptions_set_bottommost_level_compaction")]
    public static partial void SetBottommostLevelCompaction(nint options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_compactoptions_set_exclusive_manual_compaction")]
    public static partial void SetExclusiveManualCompaction(nint options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_compact_range_cf_opt")]
    public static partial void CompactRange(
        nint database, nint family, nint options, byte* start, nuint startBytes, byte* end, nuint endBytes);

    [LibraryImport(Library, EntryPoint = "rocksdb_verify_checksum")]
    public static partial void VerifyChecksums(nint database, out nint error);
}
