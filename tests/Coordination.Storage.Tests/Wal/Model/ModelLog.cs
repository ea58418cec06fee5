using Coordination.Raft;

namespace Coordination.Storage.Tests;

/// <summary>The naive model of a write-ahead log: dictionaries and lists, no files, no cleverness.</summary>
internal sealed class ModelLog
{
    private readonly SortedDictionary<PartitionId, ModelPartition> _partitions = [];

    public IReadOnlyCollection<PartitionId> Ids => _partitions.Keys;

    public ModelPartition this[PartitionId id] => _partitions[id];

    public static ModelLog From(WalRecovery recovery)
    {
        var model = new ModelLog();
        foreach (var (id, partition) in recovery.Partitions)
        {
            model._partitions[id] = new ModelPartition(partition.HardState, partition.Snapshot, [.. partition.Entries]);
        }

        return model;
    }

    public bool Contains(PartitionId id) => _partitions.ContainsKey(id);

    public void Create(PartitionId id, SnapshotMetadata start, HardState state) =>
        _partitions.Add(id, new ModelPartition(state, start, []));

    public void Drop(PartitionId id) => _partitions.Remove(id);

    public void Append(PartitionId id, PersistRequest request)
    {
        var partition = _partitions[id];
        if (request.Snapshot is { } snapshot)
        {
            partition = partition with { Base = snapshot, Entries = [] };
        }

        if (request.Entries.Length > 0)
        {
            var first = request.Entries.Span[0].Index;
            partition = partition with
            {
                Entries = [.. partition.Entries.Where(entry => entry.Index < first), .. request.Entries.ToArray()],
            };
        }

        _partitions[id] = partition with { HardState = request.HardState ?? partition.HardState };
    }

    public void Compact(PartitionId id, SnapshotMetadata snapshot)
    {
        var partition = _partitions[id];
        _partitions[id] = partition with
        {
            Base = snapshot,
            Entries = [.. partition.Entries.Where(entry => entry.Index > snapshot.Index)],
        };
    }

    public string Describe() =>
        RecoveredText.Of(_partitions.Select(pair => KeyValuePair.Create(
            pair.Key, new RecoveredPartition(pair.Value.HardState, pair.Value.Base, pair.Value.Entries))));
}

internal sealed record ModelPartition(HardState HardState, SnapshotMetadata Base, Entry[] Entries)
{
    public LogIndex LastIndex => Entries.Length > 0 ? Entries[^1].Index : Base.Index;

    public Term TermAt(LogIndex index) => index == Base.Index ? Base.Term : Entries[index - Base.Index - 1].Term;
}
