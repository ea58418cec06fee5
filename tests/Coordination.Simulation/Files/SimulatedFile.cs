using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>An open file of a <see cref="SimulatedFileSystem"/>; of no use after the crash of its machine.</summary>
internal sealed class SimulatedFile(SimulatedFileSystem files, string path, SimulatedInode inode, bool canWrite) : IFile
{
    private readonly int _generation = files.Generation;
    private bool _disposed;

    public long Length
    {
        get
        {
            CheckOpen();
            return inode.Length;
        }
    }

    public void Read(long offset, Span<byte> destination)
    {
        Begin(FileOperation.Read);
        if (offset + destination.Length > inode.Length)
        {
            throw new EndOfStreamException(
                $"{path}: {destination.Length} bytes at {offset} are wanted, but the file ends at {inode.Length}.");
        }

        inode.Read(offset, destination);
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        CheckWritable();
        if (files.Faults.Fails(FileOperation.Write))
        {
            // Half of it went out before the error, in whole sectors: a failed write says nothing about what the file holds.
            long room = Math.Max(0, inode.Length - offset);
            int written = (int)Math.Min(source.Length / 2, room) / SimulatedInode.SectorBytes * SimulatedInode.SectorBytes;
            inode.Write(offset, source[..written]);
            throw Failure(FileOperation.Write);
        }

        files.Reserve(path, offset + source.Length - inode.Length);
        inode.Write(offset, source);
    }

    public void Preallocate(long length)
    {
        CheckWritable();
        Begin(FileOperation.Preallocate);
        files.Reserve(path, length - inode.Length);
        inode.Grow(length);
    }

    public void SyncData() => Sync(FileOperation.SyncData);

    public void SyncAll() => Sync(FileOperation.SyncAll);

    public void Truncate(long length)
    {
        CheckWritable();
        Begin(FileOperation.Truncate);
        files.Release(inode.Length - length);
        inode.Truncate(length);
    }

    public void Dispose() => _disposed = true;

    private void Sync(FileOperation operation)
    {
        CheckOpen();
        if (files.Faults.Fails(operation))
        {
            inode.DropUnsynced();
            throw Failure(operation);
        }

        if (!files.Faults.SyncsLie)
        {
            inode.Sync(operation == FileOperation.SyncAll);
        }
    }

    private void Begin(FileOperation operation)
    {
        CheckOpen();
        if (files.Faults.Fails(operation))
        {
            throw Failure(operation);
        }
    }

    private void CheckWritable()
    {
        CheckOpen();
        if (!canWrite)
        {
            throw new UnauthorizedAccessException($"{path}: the file was opened for reading.");
        }
    }

    private void CheckOpen()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_generation != files.Generation)
        {
            throw new IOException($"{path}: the file was opened before the machine crashed.");
        }
    }

    private IOException Failure(FileOperation operation) => SimulatedFileSystem.Failure(path, operation);
}
