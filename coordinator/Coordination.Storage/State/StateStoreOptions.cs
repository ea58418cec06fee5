namespace Coordination.Storage;

/// <summary>How much memory a <see cref="RocksDbStateStore"/> takes.</summary>
public sealed record StateStoreOptions
{
    private const long MemtableBytesMin = 64 * 1024;

    /// <summary>
    /// How many bytes of commits may be in memory before they are written to disk in the background, whether or not the owner flushes. At
    /// most twice as many are held, while they are being written; commits wait then. At least 64 KiB; 32 MiB unless set.
    /// </summary>
    public long MemtableBytes { get; init; } = 32L << 20;

    /// <summary>How many bytes of blocks that were read are kept, uncompressed. 32 MiB unless set; 0 keeps none.</summary>
    public long BlockCacheBytes { get; init; } = 32L << 20;

    /// <summary>Throws <see cref="ArgumentException"/> for values that cannot work.</summary>
    internal void Validate()
    {
        if (MemtableBytes is < MemtableBytesMin or > 1L << 30)
        {
            throw new ArgumentException($"MemtableBytes is {MemtableBytes}; it must be between {MemtableBytesMin} and {1L << 30}.");
        }

        if (BlockCacheBytes < 0)
        {
            throw new ArgumentException($"BlockCacheBytes is {BlockCacheBytes}; it must not be negative.");
        }
    }
}
