using Microsoft.Win32.SafeHandles;

namespace Coordination.Storage;

/// <summary>An open file of this machine, read and written by position without a buffer of the process's own.</summary>
internal sealed class RealFile : IFile
{
    private const int ZerosBytes = 1 << 20;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    private readonly string _path;
    private readonly SafeFileHandle _handle;

    public RealFile(string path, FileMode mode, FileAccess access)
    {
        _path = path;
        try
        {
            _handle = File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException($"{path}: the file cannot be opened by this user.", denied);
        }
    }

    public long Length => RandomAccess.GetLength(_handle);

    public void Read(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(_handle, destination, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"{_path}: {destination.Length} more bytes are wanted at {offset}, where the file ends.");
            }

            destination = destination[read..];
            offset += read;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        try
        {
            RandomAccess.Write(_handle, source, offset);
        }
        catch (IOException failure) when (IsDiskFull(failure))
        {
            throw new DiskFullException($"{_path}: no space is left for {source.Length} bytes at {offset}.", failure);
        }
    }

    public void Preallocate(long length)
    {
        long from = Length;
        if (length > from && !(OperatingSystem.IsLinux() && LinuxFiles.TryAllocate(_handle, _path, from, length - from)))
        {
            WriteZeros(from, length);
        }
    }

    public void SyncData()
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxFiles.SyncData(_handle, _path);
        }
        else
        {
            RandomAccess.FlushToDisk(_handle);
        }
    }

    public void SyncAll()
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxFiles.SyncAll(_handle, _path);
        }
        else
        {
            RandomAccess.FlushToDisk(_handle);
        }
    }

    public void Truncate(long length) => RandomAccess.SetLength(_handle, length);

    public void Dispose() => _handle.Dispose();

    private static bool IsDiskFull(IOException failure) =>
        OperatingSystem.IsWindows()
            ? failure.HResult is WindowsDiskFull or WindowsHandleDiskFull
            : LinuxFiles.IsDiskFull(failure.HResult);

    private void WriteZeros(long from, long to)
    {
        byte[] zeros = new byte[Math.Min(ZerosBytes, to - from)];
        while (from < to)
        {
            int count = (int)Math.Min(zeros.Length, to - from);
            Write(from, zeros.AsSpan(0, count));
            from += count;
        }
    }
}
