using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// All partitions of a log as the writer knows them: keeps what is buffered apart from what is written, and answers which segments are
/// still needed. Belongs to <see cref="WriteAheadLog"/>.
/// </summary>
internal sealed class PartitionTable
{
    private readonly Dictionary<PartitionId, PartitionTrack> _tracks = [];
    private readonly List<PartitionTrack> _dirty = [];

    /// <summary>Takes over a partition that recovery found.</summary>
    public void Restore(PartitionId id, in PartitionSummary summary, EntryRuns runs) =>
        _tracks.Add(id, new PartitionTrack(id) { Current = summary, Written = summary, Runs = runs });

    public bool Contains(PartitionId id) => _tracks.TryGetValue(id, out var track) && track.Current is not null;

    /// <summary>The partition, marked as having something in the buffered batch.</summary>
    public PartitionTrack Change(PartitionId id)
    {
        if (!_tracks.TryGetValue(id, out var track) || track.Current is null)
        {
            throw new ArgumentException($"Partition {id} does not exist in the log.", nameof(id));
        }

        MarkDirty(track);
        return track;
    }

    public void Create(PartitionId id, in PartitionSummary start)
    {
        if (!_tracks.TryGetValue(id, out var track))
        {
            track = new PartitionTrack(id);
            _tracks.Add(id, track);
        }

        Invariant.Check(track.Current is null, $"Partition {id} exists already.");
        track.Current = start;
        MarkDirty(track);
    }

    public void Drop(PartitionId id)
    {
        var track = Change(id);
        track.Current = null;
        track.Runs.Clear();
    }

    /// <summary>The buffered batch was written to <paramref name="segment"/>.</summary>
    public void BatchWritten(ulong segment)
    {
        foreach (var track in _dirty)
        {
            track.IsDirty = false;
            track.Written = track.Current;
            track.Runs.Place(segment);
            if (track.Current is null)
            {
                _tracks.Remove(track.Id);
            }
        }

        _dirty.Clear();
    }

    /// <summary>Writes a checkpoint record for every partition as of the last batch written, in the order of their ids.</summary>
    public void WriteCheckpoint(BatchBuffer buffer)
    {
        foreach (var track in Sorted())
        {
            if (track.Written is { } written)
            {
                RecordWriter.WriteCheckpoint(buffer, track.Id, written);
            }
        }
    }

    /// <summary>The oldest segment that holds a live entry of any partition.</summary>
    public ulong OldestSegmentNeeded()
    {
        ulong oldest = EntryRuns.BufferedSegment;
        foreach (var track in _tracks.Values)
        {
            oldest = Math.Min(oldest, track.Runs.OldestSegment);
        }

        return oldest;
    }

    /// <summary>The partitions with a live entry in <paramref name="segment"/> or before, in the order of their ids.</summary>
    public PartitionId[] NeedingSegment(ulong segment) =>
        [.. Sorted().Where(track => track.Runs.OldestSegment <= segment).Select(track => track.Id)];

    private IEnumerable<PartitionTrack> Sorted() => _tracks.Values.OrderBy(track => track.Id.Value);

    private void MarkDirty(PartitionTrack track)
    {
        if (!track.IsDirty)
        {
            track.IsDirty = true;
            _dirty.Add(track);
        }
    }
}
