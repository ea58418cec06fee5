using System.Security.Cryptography;
using Coordination.Storage;
using Coordination.Transport;

namespace Coordination.Replication;

/// <summary>
/// The bytes of a snapshot as they travel: those of a backup (<c>docs/disk-format.md</c>) with its digest. Going back means reading again
/// from the start, since the digest is over everything.
/// </summary>
internal sealed class SnapshotSource : ISnapshotSource, IDisposable
{
    private const int SkipBytes = 256 * 1024;

    private readonly string _directory;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private BackupSource _backup;
    private byte[]? _digest;
    private long _position;

    private SnapshotSource(string directory)
    {
        _directory = directory;
        _backup = NewBackup();
    }

    public long TotalBytes => _backup.Length + SHA256.HashSizeInBytes;

    /// <summary>Begins to read the files of a directory, which do not change.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SnapshotSource Open(string directory) => new(directory);

    /// <inheritdoc/>
    public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellation)
    {
        if (offset < _position)
        {
            _backup.Dispose();
            _backup = NewBackup();
            _hash.GetHashAndReset();
            _digest = null;
            _position = 0;
        }

        Span<byte> skipped = offset > _position ? new byte[Math.Min(SkipBytes, offset - _position)] : [];
        while (_position < offset)
        {
            cancellation.ThrowIfCancellationRequested();
            Read(skipped[..(int)Math.Min(skipped.Length, offset - _position)]);
        }

        Read(destination.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backup.Dispose();
        _hash.Dispose();
    }

    private BackupSource NewBackup() => BackupSource.Open(_directory, new BackupOrigin(0, 0, 0));

    private void Read(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int read = _backup.Read(destination);
            _hash.AppendData(destination[..read]);
            if (read == 0)
            {
                _digest ??= _hash.GetHashAndReset();
                int from = (int)(_position - _backup.Length);
                read = Math.Min(destination.Length, _digest.Length - from);
                _digest.AsSpan(from, read).CopyTo(destination);
            }

            _position += read;
            destination = destination[read..];
        }
    }
}
