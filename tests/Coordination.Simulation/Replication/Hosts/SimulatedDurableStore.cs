using Coordination.StateMachine;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>A state store that is open in a directory of <see cref="SimulatedDirectories"/>.</summary>
internal sealed class SimulatedDurableStore(SimulatedDirectories directories, string directory, StoreDisk disk) : IDurableStateStore
{
    private readonly SimulatedStateStore _store = new(disk);
    private readonly TaskCompletionSource<Exception> _failed = new();

    /// <summary>What is committed.</summary>
    public StoreContent Content => _store.Content;

    /// <inheritdoc/>
    public Task<Exception> Failed => _failed.Task;

    /// <inheritdoc/>
    public long SizeBytes => Content.Versions.Count;

    /// <inheritdoc/>
    public long SizeInUseBytes => Content.Versions.Count;

    /// <inheritdoc/>
    public StoreMetadata LoadMetadata() => _store.LoadMetadata();

    /// <inheritdoc/>
    public IEnumerable<StoredLease> LoadLeases() => _store.LoadLeases();

    /// <inheritdoc/>
    public MetadataSnapshot LoadClusterMetadata() => _store.LoadClusterMetadata();

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> LoadPartitionRows() => _store.LoadPartitionRows();

    /// <inheritdoc/>
    public IEnumerable<StoredVersion> Scan(Revision from, long toMain) => _store.Scan(from, toMain);

    /// <inheritdoc/>
    public byte[]? FindValue(Revision revision) => _store.FindValue(revision);

    /// <inheritdoc/>
    public void Commit(StateChanges changes, StoreMetadata metadata) => _store.Commit(changes, metadata);

    /// <inheritdoc/>
    public ulong Flush()
    {
        RequireFiles();
        directories.RequireSpace();
        disk.Flush();
        return Content.Metadata.AppliedIndex;
    }

    /// <inheritdoc/>
    public void Checkpoint(string directory)
    {
        RequireFiles();
        directories.Copy(disk, directory);
    }

    /// <inheritdoc/>
    public void Defragment() => RequireFiles();

    /// <inheritdoc/>
    public void Dispose() => _failed.TrySetCanceled();

    private void RequireFiles()
    {
        if (!directories.Holds(directory, disk))
        {
            throw new IOException($"{directory}: the files of the store are gone.");
        }
    }
}
