namespace Coordination.Storage;

/// <summary>
/// The bytes of a backup, made while they are read: the files of a checkpoint (<see cref="RocksDbStateStore.Checkpoint"/>), up to but not
/// including the digest. How many there will be is known from the start. Not thread-safe.
/// </summary>
public sealed class BackupSource : IDisposable
{
    private readonly string _directory;
    private readonly byte[] _encodedHeader;
    private readonly BackupHeader _header;
    private int _headerRead;
    private int _nextFile;
    private IFile? _file;
    private long _offset;
    private long _read;

    private BackupSource(string directory, BackupHeader header)
    {
        _directory = directory;
        _header = header;
        _encodedHeader = BackupFormat.EncodeHeader(header);
        Length = BackupFormat.ContentBytesOf(_encodedHeader.Length, header.Files);
    }

    /// <summary>How many bytes there are: a multiple of 512.</summary>
    public long Length { get; }

    /// <summary>Begins a backup of a directory's files, which must not change until it is read.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static BackupSource Open(string directory, BackupOrigin origin)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var files = new List<BackupFile>();
        foreach (string name in RealFileSystem.Instance.List(directory))
        {
            files.Add(new BackupFile(name, new FileInfo(Path.Combine(directory, name)).Length));
        }

        return new BackupSource(directory, new BackupHeader(origin, files));
    }

    /// <summary>Reads the next bytes; fewer than asked for, or 0, only at the end.</summary>
    /// <exception cref="IOException">The disk failed, or a file has become shorter.</exception>
    public int Read(Span<byte> destination)
    {
        int total = 0;
        while (total < destination.Length)
        {
            int count = ReadSome(destination[total..]);
            if (count == 0)
            {
                break;
            }

            total += count;
            _read += count;
        }

        return total;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private int ReadSome(Span<byte> destination)
    {
        if (_headerRead < _encodedHeader.Length)
        {
            int count = Math.Min(destination.Length, _encodedHeader.Length - _headerRead);
            _encodedHeader.AsSpan(_headerRead, count).CopyTo(destination);
            _headerRead += count;
            return count;
        }

        while (_nextFile < _header.Files.Count)
        {
            var file = _header.Files[_nextFile];
            _file ??= RealFileSystem.Instance.OpenRead(Path.Combine(_directory, file.Name));
            int count = (int)Math.Min(destination.Length, file.Length - _offset);
            if (count > 0)
            {
                _file.Read(_offset, destination[..count]);
                _offset += count;
                return count;
            }

            _file.Dispose();
            _file = null;
            _offset = 0;
            _nextFile++;
        }

        int padding = (int)Math.Min(destination.Length, Length - _read);
        destination[..padding].Clear();
        return padding;
    }
}
