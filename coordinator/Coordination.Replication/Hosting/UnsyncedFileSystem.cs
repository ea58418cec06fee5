using Coordination.Storage;

namespace Coordination.Replication;

/// <summary>
/// A file system that takes the word for the deed: syncs return at once. For <c>--unsafe-no-fsync</c>, where speed counts and a crash of
/// the machine may cost what was acknowledged.
/// </summary>
internal sealed class UnsyncedFileSystem(IFileSystem inner) : IFileSystem
{
    public IFile OpenOrCreate(string path) => new UnsyncedFile(inner.OpenOrCreate(path));

    public IFile OpenRead(string path) => inner.OpenRead(path);

    public bool Exists(string path) => inner.Exists(path);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public IReadOnlyList<string> List(string directory) => inner.List(directory);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path) => inner.Delete(path);

    public void SyncDirectory(string path)
    {
    }

    public IDisposable LockExclusive(string path) => inner.LockExclusive(path);

    private sealed class UnsyncedFile(IFile inner) : IFile
    {
        public long Length => inner.Length;

        public void Read(long offset, Span<byte> destination) => inner.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source) => inner.Write(offset, source);

        public void Preallocate(long length) => inner.Preallocate(length);

        public void SyncData()
        {
        }

        public void SyncAll()
        {
        }

        public void Truncate(long length) => inner.Truncate(length);

        public void Dispose() => inner.Dispose();
    }
}
