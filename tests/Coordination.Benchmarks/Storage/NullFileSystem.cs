using Coordination.Storage;

namespace Coordination.Benchmarks;

/// <summary>A disk that takes everything and keeps nothing: what remains is the cost of the code above it.</summary>
internal sealed class NullFileSystem : IFileSystem
{
    public IFile OpenOrCreate(string path) => new NullFile();

    public IFile OpenRead(string path) => throw new FileNotFoundException($"{path}: nothing is kept here.");

    public bool Exists(string path) => false;

    public void CreateDirectory(string path)
    {
    }

    public IReadOnlyList<string> List(string directory) => [];

    public void Rename(string from, string to)
    {
    }

    public void Delete(string path)
    {
    }

    public void SyncDirectory(string path)
    {
    }

    public IDisposable LockExclusive(string path) => new NullFile();

    private sealed class NullFile : IFile
    {
        public long Length { get; private set; }

        public void Read(long offset, Span<byte> destination) => throw new EndOfStreamException("Nothing is kept here.");

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
        }

        public void Preallocate(long length) => Length = length;

        public void SyncData()
        {
        }

        public void SyncAll()
        {
        }

        public void Truncate(long length) => Length = length;

        public void Dispose()
        {
        }
    }
}
