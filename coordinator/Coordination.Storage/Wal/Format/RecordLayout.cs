namespace Coordination.Storage;

/// <summary>The fixed sizes of records, in bytes (docs/disk-format.md).</summary>
internal static class RecordLayout
{
    /// <summary>Body length (u32), partition (u32), kind (u8).</summary>
    public const int HeaderBytes = 9;

    /// <summary>First index (u64), count (u32).</summary>
    public const int EntriesHeaderBytes = 12;

    /// <summary>Term (u64), kind (u8), data length (u32).</summary>
    public const int EntryHeaderBytes = 13;

    /// <summary>Term (u64), vote (u64), commit (u64).</summary>
    public const int HardStateBytes = 24;

    /// <summary>Term (u64).</summary>
    public const int FloorBytes = 8;

    /// <summary>Index (u64), term (u64); the membership follows.</summary>
    public const int SnapshotHeaderBytes = 16;

    /// <summary>Hard state, last index (u64), last term (u64); a snapshot follows.</summary>
    public const int CheckpointHeaderBytes = HardStateBytes + 16;
}
