using System.Globalization;

namespace Coordination.Storage;

/// <summary>
/// RocksDB's options, in its own text form: an option that it does not know is an error at open, not a silent nothing. Compression is the
/// same on all levels, so that files, whose revisions do not overlap, move down without being rewritten.
/// </summary>
internal static class RocksDbSettings
{
    public static string Of(StateStoreOptions options, bool create) => string.Create(CultureInfo.InvariantCulture, $"""
        create_if_missing={Text(create)};
        create_missing_column_families={Text(create)};
        atomic_flush=true;
        avoid_flush_during_shutdown=true;
        paranoid_checks=true;
        verify_sst_unique_id_in_manifest=true;
        write_dbid_to_manifest=true;
        wal_recovery_mode=kAbsoluteConsistency;
        write_buffer_size={options.MemtableBytes};
        max_write_buffer_number=2;
        max_background_jobs=2;
        max_open_files=-1;
        max_manifest_file_size=4194304;
        skip_stats_update_on_db_open=true;
        stats_dump_period_sec=0;
        stats_persist_period_sec=0;
        info_log_level=WARN_LEVEL;
        max_log_file_size=1048576;
        keep_log_file_num=2;
        level_compaction_dynamic_level_bytes=true;
        compression=kLZ4Compression;
        block_based_table_factory={"{"}
        format_version=6;
        checksum=kXXH3;
        block_size=4096;
        block_cache={options.BlockCacheBytes};
        {"}"};
        """).ReplaceLineEndings(string.Empty);

    private static string Text(bool value) => value ? "true" : "false";
}
