using System.Buffers.Binary;
using Coordination.Raft;

namespace Coordination.Storage;

/// <summary>
/// Writes one snapshot. It counts from <see cref="Commit"/> on; disposing before that abandons it. Not thread-safe.
/// </summary>
public sealed class SnapshotWriter : IDisposable
{
    private readonly SnapshotStore _store;
    private readonly IFileSystem _files;
    private readonly string _temporaryPath;
    private readonly PartitionId _partition;
    private readonly SnapshotMetadata _metadata;
    private readonly byte[] _chunk = new byte[SnapshotFormat.ChunkHeaderBytes + SnapshotFormat.ChunkBytes];
    private readonly IFile _file;
    private int _chunkLength;
    private long _position;
    private long _contentBytes;
    private uint _crc;
    private bool _isFinished;

    internal SnapshotWriter(
        SnapshotStore store, IFileSystem files, string temporaryPath, ulong clusterId, PartitionId partition, SnapshotMetadata metadata)
    {
        _store = store;
        _files = files;
        _temporaryPath = temporaryPath;
        _partition = partition;
        _metadata = metadata;
        var header = SnapshotFormat.EncodeHeader(clusterId, partition, metadata);
        _crc = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(header.Length - sizeof(uint)));
        _file = files.OpenOrCreate(temporaryPath);
        _file.Write(0, header);
        _position = header.Length;
    }

    /// <summary>Adds content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        CheckOpen();
        while (!content.IsEmpty)
        {
            int count = Math.Min(content.Length, SnapshotFormat.ChunkBytes - _chunkLength);
            content[..count].CopyTo(_chunk.AsSpan(SnapshotFormat.ChunkHeaderBytes + _chunkLength));
            _chunkLength += count;
            content = content[count..];
            if (_chunkLength == SnapshotFormat.ChunkBytes)
            {
                WriteChunk();
            }
        }
    }

    /// <summary>Makes the snapshot durable and part of the store. After an exception it is not known whether it became so.</summary>
    public SnapshotFile Commit()
    {
        CheckOpen();
        if (_chunkLength > 0)
        {
            WriteChunk();
        }

        WriteFooter();
        _file.SyncAll();
        _file.Dispose();
        var committed = _store.Adopt(_temporaryPath, _partition, _metadata, _contentBytes);
        _isFinished = true;
        return committed;
    }

    /// <summary>Abandons the snapshot unless it was committed.</summary>
    public void Dispose()
    {
        if (_isFinished)
        {
            return;
        }

        _isFinished = true;
        _file.Dispose();
        try
        {
            if (_files.Exists(_temporaryPath))
            {
                _files.Delete(_temporaryPath);
            }
        }
        catch (IOException)
        {
            // Only space is lost, and the next opening of the store gives it back. Throwing would hide why the snapshot was abandoned.
        }
    }

    private void CheckOpen() => ObjectDisposedException.ThrowIf(_isFinished, this);

    private void WriteChunk()
    {
        int bytes = SnapshotFormat.ChunkHeaderBytes + _chunkLength;
        _crc = SnapshotFormat.ChunkCrc(_crc, _chunkLength, _chunk.AsSpan(SnapshotFormat.ChunkHeaderBytes, _chunkLength));
        BinaryPrimitives.WriteInt32LittleEndian(_chunk, _chunkLength);
        BinaryPrimitives.WriteUInt32LittleEndian(_chunk.AsSpan(4), _crc);
        _file.Write(_position, _chunk.AsSpan(0, bytes));
        _position += bytes;
        _contentBytes += _chunkLength;
        _chunkLength = 0;
    }

    private void WriteFooter()
    {
        Span<byte> footer = stackalloc byte[SnapshotFormat.FooterBytes];
        BinaryPrimitives.WriteInt32LittleEndian(footer, 0);
        BinaryPrimitives.WriteInt64LittleEndian(footer[SnapshotFormat.ChunkHeaderBytes..], _contentBytes);
        uint crc = SnapshotFormat.ChunkCrc(_crc, 0, footer[SnapshotFormat.ChunkHeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[4..], crc);
        _file.Write(_position, footer);
    }
}
