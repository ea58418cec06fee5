using System.Buffers.Binary;

namespace Coordination.Storage;

/// <summary>Reads one snapshot from front to back; every byte is verified before it is handed out. Not thread-safe.</summary>
public sealed class SnapshotReader : IDisposable
{
    private readonly IFile _file;
    private readonly byte[] _chunk = new byte[SnapshotFormat.ChunkHeaderBytes + SnapshotFormat.ChunkBytes];
    private long _position;
    private long _contentLeft;
    private uint _crc;
    private int _chunkStart;
    private int _chunkEnd;
    private bool _isComplete;

    internal SnapshotReader(IFile file, SnapshotFile snapshot, SnapshotHeader header)
    {
        _file = file;
        Snapshot = snapshot;
        _position = header.HeaderBytes;
        _contentLeft = header.ContentBytes;
        _crc = header.Crc;
    }

    /// <summary>What is read.</summary>
    public SnapshotFile Snapshot { get; }

    /// <summary>
    /// Reads the next bytes of the content. 0 means that all of it was read and the end verified too; whoever stops before has seen a part
    /// of a snapshot.
    /// </summary>
    /// <exception cref="SnapshotCorruptException">The file is damaged here.</exception>
    public int Read(Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return 0;
        }

        if (_chunkStart == _chunkEnd && !ReadChunk())
        {
            return 0;
        }

        int count = Math.Min(destination.Length, _chunkEnd - _chunkStart);
        _chunk.AsSpan(_chunkStart, count).CopyTo(destination);
        _chunkStart += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private bool ReadChunk()
    {
        if (_isComplete)
        {
            return false;
        }

        int length = (int)Math.Min(SnapshotFormat.ChunkBytes, _contentLeft);
        int dataBytes = length > 0 ? length : SnapshotFormat.FooterBytes - SnapshotFormat.ChunkHeaderBytes;
        var frame = _chunk.AsSpan(0, SnapshotFormat.ChunkHeaderBytes + dataBytes);
        _file.Read(_position, frame);
        uint crc = SnapshotFormat.ChunkCrc(_crc, BinaryPrimitives.ReadInt32LittleEndian(frame), frame[SnapshotFormat.ChunkHeaderBytes..]);
        if (BinaryPrimitives.ReadInt32LittleEndian(frame) != length || BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) != crc)
        {
            throw new SnapshotCorruptException(Snapshot.Path, _position, "The checksum of a chunk is wrong.");
        }

        _position += frame.Length;
        _contentLeft -= length;
        _crc = crc;
        _chunkStart = SnapshotFormat.ChunkHeaderBytes;
        _chunkEnd = _chunkStart + length;
        _isComplete = length == 0;
        return !_isComplete;
    }
}
