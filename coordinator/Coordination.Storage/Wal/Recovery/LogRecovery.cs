using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Reads a log's directory and finds out what it holds, without changing anything but leftovers of segments that were never completed.
/// Any segment but the last must be complete: the writer made it durable before it began the next.
/// </summary>
internal sealed class LogRecovery
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly WalOptions _options;
    private readonly LogReplay _replay = new();
    private readonly List<SegmentExtent> _segments = [];
    private SegmentScan? _last;

    private LogRecovery(IFileSystem files, string directory, WalOptions options)
    {
        _files = files;
        _directory = directory;
        _options = options;
    }

    public static RecoveredLog Run(IFileSystem files, string directory, WalOptions options)
    {
        var recovery = new LogRecovery(files, directory, options);
        recovery.ReadSegments(recovery.ListSegments());
        return new RecoveredLog(recovery._replay, recovery._segments, recovery._last);
    }

    private List<ulong> ListSegments()
    {
        var numbers = new List<ulong>();
        foreach (string name in _files.List(_directory))
        {
            if (SegmentName.TryParse(name, out ulong number))
            {
                numbers.Add(number);
            }
            else if (SegmentName.IsTemporary(name))
            {
                _files.Delete($"{_directory}/{name}");
            }
        }

        for (int i = 1; i < numbers.Count; i++)
        {
            if (numbers[i] != numbers[i - 1] + 1)
            {
                throw new WalCorruptException(PathOf(numbers[i - 1] + 1), 0, 0, "The segment is missing.");
            }
        }

        return numbers;
    }

    private void ReadSegments(List<ulong> numbers)
    {
        foreach (ulong number in numbers)
        {
            if (_last is not null && _last.WrittenEnd != _last.EndOffset)
            {
                throw new WalCorruptException(
                    PathOf(number - 1), _last.EndOffset, _last.LastBatch + 1, "The batch is incomplete, but a later segment follows it.");
            }

            ReadSegment(number);
        }

        if (_last is not null && _replay.FindGap() is { } gap)
        {
            throw new WalCorruptException(PathOf(numbers[0]), 0, 0, gap);
        }
    }

    private void ReadSegment(ulong number)
    {
        string path = PathOf(number);
        using var file = _files.OpenRead(path);
        var header = ReadHeader(file, path, out uint crc);
        CheckHeader(header, path, number, file.Length);
        var scan = new SegmentScan(file, path, header, crc, _replay);
        scan.Run();
        _last = scan;
        _segments.Add(new SegmentExtent(number, header.SegmentBytes));
    }

    private static SegmentHeader ReadHeader(IFile file, string path, out uint crc)
    {
        Span<byte> sector = stackalloc byte[Sector.Bytes];
        if (file.Length < Sector.Bytes)
        {
            throw new WalCorruptException(path, 0, 0, $"The file has only {file.Length} bytes.");
        }

        file.Read(0, sector);
        if (!SegmentHeader.IsHeader(sector))
        {
            throw new WalCorruptException(path, 0, 0, "The segment header is damaged.");
        }

        uint version = SegmentHeader.VersionOf(sector);
        if (version != SegmentHeader.FormatVersion)
        {
            throw new WalForeignException(
                $"{path}: the log has format version {version}, this program knows version {SegmentHeader.FormatVersion}.");
        }

        crc = Sector.CrcOf(sector);
        return SegmentHeader.Decode(sector);
    }

    private void CheckHeader(in SegmentHeader header, string path, ulong number, long length)
    {
        if (header.ClusterId != _options.ClusterId || header.NodeId != _options.ReplicaNodeId)
        {
            throw new WalForeignException(
                $"{path}: the log belongs to node {header.NodeId} of cluster {header.ClusterId}, this is node {_options.ReplicaNodeId} of"
                + $" cluster {_options.ClusterId}. Check the configured data directory.");
        }

        if (header.Segment != number)
        {
            throw new WalCorruptException(path, 0, 0, $"The file holds segment {header.Segment}.");
        }

        if (header.SegmentBytes != length || length % Sector.Bytes != 0)
        {
            throw new WalCorruptException(path, length, 0, $"The file has {length} bytes where {header.SegmentBytes} were reserved.");
        }

        if (_last is null ? number == 1 && header is not { FirstBatch: 1, Previous: 0 } : !Continues(header, _last))
        {
            throw new WalCorruptException(path, 0, 0, $"The segment does not continue the one before it at batch {header.FirstBatch}.");
        }
    }

    private static bool Continues(in SegmentHeader header, SegmentScan before) =>
        header.FirstBatch == before.LastBatch + 1 && header.Previous == before.Chain;

    private string PathOf(ulong segment) => $"{_directory}/{SegmentName.Of(segment)}";
}
