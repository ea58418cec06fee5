using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// The files of a log as its writer sees them: the segment that batches go into, where the next one goes, and what is durable. Belongs to
/// <see cref="WriteAheadLog"/>, which never calls it again after an exception.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly WalOptions _options;
    private readonly List<SegmentExtent> _segments;
    private IFile? _file;
    private long _position;
    private uint _chain;

    public SegmentWriter(IFileSystem files, string directory, WalOptions options)
    {
        _files = files;
        _directory = directory;
        _options = options;
        _segments = [];
    }

    /// <summary>Goes on where recovery found the end; everything before it is durable.</summary>
    public SegmentWriter(IFileSystem files, string directory, WalOptions options, IReadOnlyList<SegmentExtent> segments, IFile file, LogEnd end)
        : this(files, directory, options)
    {
        _segments.AddRange(segments);
        _file = file;
        _position = end.Offset;
        _chain = end.Chain;
        LastBatch = end.LastBatch;
        DurableBatch = end.LastBatch;
    }

    public ulong LastBatch { get; private set; }

    public ulong DurableBatch { get; private set; }

    public long BatchesWritten { get; private set; }

    public long BytesWritten { get; private set; }

    public long Syncs { get; private set; }

    public long SegmentsPurged { get; private set; }

    public int SegmentCount => _segments.Count;

    public ulong OldestSegment => _segments[0].Number;

    public ulong NewestSegment => _segments[^1].Number;

    public long SegmentBytes
    {
        get
        {
            long sum = 0;
            foreach (var segment in _segments)
            {
                sum += segment.Bytes;
            }

            return sum;
        }
    }

    /// <summary>Whether the segment has room for that many bytes more.</summary>
    public bool HasRoomFor(int fileBytes) => _position + fileBytes <= _segments[^1].Bytes;

    /// <summary>Writes the batch after the last one.</summary>
    public void Write(BatchBuffer batch)
    {
        Invariant.Check(_file is not null && HasRoomFor(batch.FileBytes), $"No room for {batch.FileBytes} bytes at {_position}.");
        uint chain = _chain;
        var bytes = batch.Seal(LastBatch + 1, DurableBatch, ref chain);
        _file.Write(_position, bytes);
        _position += bytes.Length;
        _chain = chain;
        LastBatch++;
        BatchesWritten++;
        BytesWritten += bytes.Length;
    }

    /// <summary>Makes all batches written durable.</summary>
    public void Sync()
    {
        if (DurableBatch == LastBatch)
        {
            return;
        }

        Invariant.Check(_file is not null, "A batch was written to no file.");
        _file.SyncData();
        DurableBatch = LastBatch;
        Syncs++;
    }

    /// <summary>
    /// Begins the next segment, with room for at least <paramref name="fileBytes"/> of batches. The segment before becomes durable first:
    /// recovery relies on every segment but the last being complete. The new file gets its name only when all of it is durable, so that a
    /// file of that name is never short or without header.
    /// </summary>
    public void BeginSegment(int fileBytes)
    {
        Sync();
        _file?.Dispose();
        _file = null;
        ulong number = _segments.Count == 0 ? 1 : NewestSegment + 1;
        long bytes = Math.Max(_options.SegmentBytes, Sector.Bytes + (long)fileBytes);
        var header = new SegmentHeader(_options.ClusterId, _options.ReplicaNodeId, number, LastBatch + 1, bytes, _chain);
        string temporary = $"{_directory}/{SegmentName.TemporaryOf(number)}";
        string path = $"{_directory}/{SegmentName.Of(number)}";
        _file = _files.OpenOrCreate(temporary);
        _file.Preallocate(bytes);
        Span<byte> sector = stackalloc byte[Sector.Bytes];
        _chain = header.Encode(sector);
        _file.Write(0, sector);
        _file.SyncAll();
        _files.Rename(temporary, path);
        _files.SyncDirectory(_directory);
        _segments.Add(new SegmentExtent(number, bytes));
        _position = Sector.Bytes;
    }

    /// <summary>
    /// Deletes the oldest segments below <paramref name="needed"/>, never the last one. One after the other, each deletion durable before
    /// the next: a crash must not leave a gap in the numbers.
    /// </summary>
    public int DeleteBefore(ulong needed)
    {
        int deleted = 0;
        while (_segments.Count > 1 && OldestSegment < needed)
        {
            _files.Delete($"{_directory}/{SegmentName.Of(OldestSegment)}");
            _files.SyncDirectory(_directory);
            _segments.RemoveAt(0);
            SegmentsPurged++;
            deleted++;
        }

        return deleted;
    }

    public void Dispose() => _file?.Dispose();
}
