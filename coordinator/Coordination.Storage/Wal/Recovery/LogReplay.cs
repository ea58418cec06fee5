using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Rebuilds the partitions from the batches of a log, one after the other. Everything it refuses, with <see cref="FormatException"/>, has
/// passed its CRC: it was written wrong, not damaged later.
/// </summary>
internal sealed class LogReplay
{
    private readonly SortedDictionary<PartitionId, ReplayedPartition> _partitions = [];
    private bool _hasBegun;

    /// <summary>Replays the first batch of a segment, which holds nothing but checkpoints.</summary>
    public void ApplyCheckpoint(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        int count = 0;
        while (reader.MoveNext())
        {
            var id = reader.Partition;
            var floor = Term.None;
            if (reader.Kind == RecordKind.Floor)
            {
                floor = reader.ReadFloor();
                Require(reader.MoveNext() && reader.Partition == id, $"A segment begins with a floor of partition {id} alone.");
            }

            Require(reader.Kind == RecordKind.Checkpoint, $"A segment begins with a record of kind {reader.Kind}.");
            ApplyCheckpoint(id, reader.ReadCheckpoint().WithFloor(floor));
            count++;
        }

        Require(count == _partitions.Count, $"A checkpoint has {count} partitions where {_partitions.Count} exist.");
        _hasBegun = true;
    }

    /// <summary>Replays any other batch.</summary>
    public void ApplyBatch(ReadOnlySpan<byte> payload, ulong segment)
    {
        var reader = new RecordReader(payload);
        while (reader.MoveNext())
        {
            ApplyRecord(ref reader, segment);
        }
    }

    /// <summary>The sentence that names a partition whose entries are incomplete, or null.</summary>
    public string? FindGap()
    {
        foreach (var (id, partition) in _partitions)
        {
            if (partition.FindGap() is { } gap)
            {
                return $"Partition {id}: {gap}";
            }
        }

        return null;
    }

    /// <summary>The partitions for the owner of the log.</summary>
    public SortedDictionary<PartitionId, RecoveredPartition> ToRecovered()
    {
        var recovered = new SortedDictionary<PartitionId, RecoveredPartition>();
        foreach (var (id, partition) in _partitions)
        {
            recovered.Add(id, partition.ToRecovered());
        }

        return recovered;
    }

    /// <summary>Hands the partitions to the writer.</summary>
    public void MoveTo(PartitionTable table)
    {
        foreach (var (id, partition) in _partitions)
        {
            table.Restore(id, partition.Summary, partition.Runs);
        }
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new FormatException(otherwise);
        }
    }

    private void ApplyCheckpoint(PartitionId id, in PartitionSummary summary)
    {
        if (!_hasBegun)
        {
            // The oldest segment: what the purged ones said comes from here.
            Require(_partitions.TryAdd(id, new ReplayedPartition(summary)), $"Partition {id} has two checkpoints.");
            return;
        }

        Require(
            _partitions.TryGetValue(id, out var partition) && partition.Summary == summary,
            $"The checkpoint of partition {id} differs from what the segments before say.");
    }

    private void ApplyRecord(ref RecordReader reader, ulong segment)
    {
        var id = reader.Partition;
        if (reader.Kind == RecordKind.PartitionCreated)
        {
            var start = PartitionSummary.StartAt(reader.ReadSnapshot());
            Require(_partitions.TryAdd(id, new ReplayedPartition(start)), $"Partition {id} is created twice.");
            return;
        }

        if (!_partitions.TryGetValue(id, out var partition))
        {
            throw new FormatException($"Partition {id} has a record of kind {reader.Kind} before it is created.");
        }

        switch (reader.Kind)
        {
            case RecordKind.Entries:
                partition.Apply(reader.ReadEntries(), segment);
                break;
            case RecordKind.HardState:
                partition.Apply(reader.ReadHardState());
                break;
            case RecordKind.Floor:
                partition.ApplyFloor(reader.ReadFloor());
                break;
            case RecordKind.Snapshot:
                partition.Replace(reader.ReadSnapshot());
                break;
            case RecordKind.Compacted:
                partition.Compact(reader.ReadSnapshot());
                break;
            case RecordKind.PartitionDropped:
                _partitions.Remove(id);
                break;
            default:
                throw new FormatException($"Partition {id} has a record of kind {reader.Kind}, which does not belong there.");
        }
    }
}
