using System.Diagnostics;
using Coordination.Storage;

namespace Coordination.Replication;

/// <summary>A file system that tells how long each sync of a file took; for metrics.</summary>
internal sealed class TimedFileSystem(IFileSystem inner, Action<TimeSpan> onSynced) : IFileSystem
{
    public IFile OpenOrCreate(string path) => new TimedFile(inner.OpenOrCreate(path), onSynced);

    public IFile OpenRead(string path) => inner.OpenRead(path);

    public bool Exists(string path) => inner.Exists(path);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public IReadOnlyList<string> List(string directory) => inner.List(directory);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path) => inner.Delete(path);

    public void SyncDirectory(string path) => inner.SyncDirectory(path);

    public IDisposable LockExclusive(string path) => inner.LockExclusive(path);

    private sealed class TimedFile(IFile inner, Action<TimeSpan> onSynced) : IFile
    {
        public long Length => inner.Length;

        public void Read(long offset, Span<byte> destination) => inner.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source) => inner.Write(offset, source);

        public void Preallocate(long length) => inner.Preallocate(length);

        public void SyncData()
        {
            long began = Stopwatch.GetTimestamp();
            inner.SyncData();
            onSynced(Stopwatch.GetElapsedTime(began));
        }

        public void SyncAll()
        {
            long began = Stopwatch.GetTimestamp();
            inner.SyncAll();
            onSynced(Stopwatch.GetElapsedTime(began));
        }

        public void Truncate(long length) => inner.Truncate(length);

        public void Dispose() => inner.Dispose();
    }
}
