using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>
/// The state store of a running replica: what it reads and commits is in memory, and the <see cref="StoreDisk"/> decides how much of it a
/// crash leaves. As strict as the one in RocksDB: changes come in order, the applied index never goes back, and what a scan yields is gone
/// when the next change is asked for.
/// </summary>
internal sealed class SimulatedStateStore(StoreDisk disk) : IStateStore
{
    private const byte Overwritten = 0xEE;
    private readonly StoreContent _content = disk.Read();

    /// <summary>What is committed.</summary>
    public StoreContent Content => _content;

    /// <inheritdoc/>
    public StoreMetadata LoadMetadata() => _content.Metadata;

    /// <inheritdoc/>
    public IEnumerable<StoredLease> LoadLeases() => _content.Leases;

    /// <inheritdoc/>
    public MetadataSnapshot LoadClusterMetadata() => _content.ClusterMetadata;

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> LoadPartitionRows() => _content.PartitionRows;

    /// <inheritdoc/>
    public IEnumerable<StoredVersion> Scan(Revision from, long toMain)
    {
        for (int i = _content.IndexOf(from); i < _content.Versions.Count && _content.Versions[i].Revision.Main <= toMain; i++)
        {
            var version = _content.Versions[i];
            byte[] key = version.Key.ToArray();
            byte[] value = version.Value.ToArray();
            yield return version with { Key = key, Value = value };
            Array.Fill(key, Overwritten);
            Array.Fill(value, Overwritten);
        }
    }

    /// <inheritdoc/>
    public byte[]? FindValue(Revision revision) => _content.TryFind(revision, out var version) ? version.Value.ToArray() : null;

    /// <inheritdoc/>
    public void Commit(StateChanges changes, StoreMetadata metadata)
    {
        Invariant.Check(
            metadata.AppliedIndex >= _content.Metadata.AppliedIndex,
            $"A commit goes back from entry {_content.Metadata.AppliedIndex} to {metadata.AppliedIndex}.");
        var commit = StoreCommit.Of(changes, metadata);
        _content.Apply(commit);
        disk.Add(commit);
    }
}
