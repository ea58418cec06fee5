using Coordination.Simulation;

namespace Coordination.Storage.Tests;

/// <summary>
/// A simulated disk whose syncs of segment data wait until the test lets them go on: the test decides what arrives while the disk is busy.
/// </summary>
internal sealed class GatedFileSystem : IFileSystem, IDisposable
{
    private readonly SemaphoreSlim _syncBegan = new(0);
    private readonly SemaphoreSlim _syncMayEnd = new(0);

    public SimulatedFileSystem Disk { get; } = new();

    /// <summary>Whether syncs wait.</summary>
    public bool IsGated { get; set; }

    /// <summary>Waits until the committer is inside a sync.</summary>
    public void AwaitSync() => Assert.True(_syncBegan.Wait(TimeSpan.FromSeconds(30)), "No sync began.");

    public void ReleaseSync() => _syncMayEnd.Release();

    public IFile OpenOrCreate(string path) => new GatedFile(this, Disk.OpenOrCreate(path));

    public IFile OpenRead(string path) => Disk.OpenRead(path);

    public bool Exists(string path) => Disk.Exists(path);

    public void CreateDirectory(string path) => Disk.CreateDirectory(path);

    public IReadOnlyList<string> List(string directory) => Disk.List(directory);

    public void Rename(string from, string to) => Disk.Rename(from, to);

    public void Delete(string path) => Disk.Delete(path);

    public void SyncDirectory(string path) => Disk.SyncDirectory(path);

    public IDisposable LockExclusive(string path) => Disk.LockExclusive(path);

    public void Dispose()
    {
        _syncBegan.Dispose();
        _syncMayEnd.Dispose();
    }

    private sealed class GatedFile(GatedFileSystem files, IFile file) : IFile
    {
        public long Length => file.Length;

        public void Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source) => file.Write(offset, source);

        public void Preallocate(long length) => file.Preallocate(length);

        public void SyncData()
        {
            if (files.IsGated)
            {
                files._syncBegan.Release();
                Assert.True(files._syncMayEnd.Wait(TimeSpan.FromSeconds(30)), "Nobody let the sync end.");
            }

            file.SyncData();
        }

        public void SyncAll() => file.SyncAll();

        public void Truncate(long length) => file.Truncate(length);

        public void Dispose() => file.Dispose();
    }
}
