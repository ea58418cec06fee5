using Coordination.Storage;

namespace Coordination.Replication;

/// <summary>Stores in RocksDB on the file system of the machine.</summary>
internal sealed class RocksDbDirectories : IStoreDirectories
{
    /// <summary>The only one.</summary>
    public static readonly RocksDbDirectories Instance = new();

    private static readonly StateStoreOptions Options = new();

    private int _numbers;

    private RocksDbDirectories()
    {
    }

    /// <inheritdoc/>
    public IDurableStateStore Open(string directory, ulong appliedIndexMin) => RocksDbStateStore.Open(directory, Options, appliedIndexMin);

    /// <inheritdoc/>
    public bool Exists(string directory) => Directory.Exists(directory);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    /// <inheritdoc/>
    public int NewNumber() => Interlocked.Increment(ref _numbers);

    /// <inheritdoc/>
    public void Move(string from, string to) => Directory.Move(from, to);

    /// <inheritdoc/>
    public void Sync(string folder) => RealFileSystem.Instance.SyncDirectory(folder);

    /// <inheritdoc/>
    public void Delete(string directory) => Directory.Delete(directory, recursive: true);
}
