using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>
/// The disk of one simulated machine, in memory. Deterministic: chance comes only from the generator given to <see cref="Crash(SimulationRandom)"/>.
/// Single-threaded, like the simulation that owns it. What it models:
/// <list type="bullet">
/// <item>a write is visible at once and durable after a sync; a crash keeps or loses every 512-byte sector written since, each on its
/// own, so that a write may be torn anywhere and later writes may survive earlier ones;</item>
/// <item>the length of a file is durable after a sync, that of reserved space after a sync with metadata; a crash may lose it before;</item>
/// <item>names are durable after a sync of their directory (see <see cref="SimulatedDirectory"/>); directories themselves at once;</item>
/// <item>after a failed sync the writes it was to make durable are visible but no later sync makes them durable;</item>
/// <item>faults as <see cref="FileFaults"/> says, and bits that flip.</item>
/// </list>
/// </summary>
public sealed class SimulatedFileSystem : IFileSystem
{
    private static readonly int[] KeptPerMille = [0, 100, 500, 500, 900, 1000];

    private readonly SortedDictionary<string, SimulatedDirectory> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private long _usedBytes;

    /// <summary>What is to go wrong, and the counts of what was done.</summary>
    public FileFaults Faults { get; } = new();

    /// <summary>The bytes that all files take together.</summary>
    public long UsedBytes => _usedBytes;

    /// <summary>How many sector writes a crash could lose now.</summary>
    public int UnsyncedSectors => _directories.Values.Sum(directory => directory.Files.Sum(file => file.Value.UnsyncedSectors));

    /// <summary>Counts the crashes; files opened before the last one are of no use.</summary>
    internal int Generation { get; private set; }

    /// <summary>The power fails: of what was not synced any part is lost, and all files and locks are closed.</summary>
    public void Crash(SimulationRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int perMille = KeptPerMille[random.Next(KeptPerMille.Length)];
        Crash((_, _) => random.Chance(perMille), () => random.Chance(perMille));
    }

    /// <summary>The power fails, and the caller chooses what survives.</summary>
    /// <param name="keepsSector">Asked with path and sector number for every unsynced sector write, in no order to rely on.</param>
    /// <param name="keepsMetadata">Asked for every unsynced change of a name or a length.</param>
    public void Crash(Func<string, long, bool> keepsSector, Func<bool> keepsMetadata)
    {
        foreach (var (path, directory) in _directories)
        {
            foreach (var (name, inode) in directory.Files)
            {
                string file = $"{path}/{name}";
                inode.Crash(sector => keepsSector(file, sector), keepsMetadata);
            }

            directory.Crash(keepsMetadata);
            foreach (var (name, inode) in directory.Files)
            {
                // A file whose deletion or replacement was lost is back and crashed too; for the others this changes nothing more.
                string file = $"{path}/{name}";
                inode.Crash(sector => keepsSector(file, sector), keepsMetadata);
            }
        }

        CloseAll();
    }

    /// <summary>The process ends and the machine stays up: nothing written is lost, all files and locks are closed.</summary>
    public void KillProcess() => CloseAll();

    /// <summary>Flips one bit of what the disk holds; bit 0 is the lowest of the first byte.</summary>
    public void FlipBit(string path, long bitOffset) => Find(path).FlipBit(bitOffset);

    /// <summary>All bytes of a file as readers see them.</summary>
    public byte[] ReadAllBytes(string path)
    {
        var inode = Find(path);
        var bytes = new byte[inode.Length];
        inode.Read(0, bytes);
        return bytes;
    }

    /// <summary>Replaces a file from outside, durably, or creates it.</summary>
    public void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        var directory = DirectoryOf(path);
        var inode = directory.Find(NameOf(path)) ?? directory.Create(NameOf(path));
        directory.Sync();
        _usedBytes += bytes.Length - inode.Length;
        inode.Truncate(0);
        inode.Write(0, bytes);
        inode.Settle();
    }

    /// <inheritdoc/>
    public IFile OpenOrCreate(string path)
    {
        Begin(path, FileOperation.Open);
        var directory = DirectoryOf(path);
        return new SimulatedFile(this, path, directory.Find(NameOf(path)) ?? directory.Create(NameOf(path)), canWrite: true);
    }

    /// <inheritdoc/>
    public IFile OpenRead(string path)
    {
        Begin(path, FileOperation.Open);
        return new SimulatedFile(this, path, Find(path), canWrite: false);
    }

    /// <inheritdoc/>
    public bool Exists(string path) =>
        _directories.TryGetValue(ParentOf(path), out var directory) && directory.Find(NameOf(path)) is not null;

    /// <inheritdoc/>
    public void CreateDirectory(string path) => _directories.TryAdd(path, new SimulatedDirectory());

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) =>
        _directories.TryGetValue(directory, out var found)
            ? found.Names
            : throw new DirectoryNotFoundException($"{directory}: there is no such directory.");

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Begin(from, FileOperation.Rename);
        Invariant.Check(ParentOf(from) == ParentOf(to), $"{from} is renamed into another directory: {to}.");
        var inode = Find(from);
        var directory = DirectoryOf(from);
        if (directory.Find(NameOf(to)) is { } replaced && replaced != inode)
        {
            _usedBytes -= replaced.Length;
        }

        directory.Rename(NameOf(from), NameOf(to));
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        Begin(path, FileOperation.Delete);
        _usedBytes -= Find(path).Length;
        DirectoryOf(path).Delete(NameOf(path));
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        Begin(path, FileOperation.SyncDirectory);
        if (!_directories.TryGetValue(path, out var directory))
        {
            throw new DirectoryNotFoundException($"{path}: there is no such directory.");
        }

        if (!Faults.SyncsLie)
        {
            directory.Sync();
        }
    }

    /// <inheritdoc/>
    public IDisposable LockExclusive(string path) =>
        _locks.Add(path) ? new HeldLock(this, path) : throw new IOException($"{path}: another process holds the lock.");

    internal static IOException Failure(string path, FileOperation operation) => new($"{path}: {operation} failed (injected fault).");

    internal void Reserve(string path, long bytes)
    {
        if (bytes <= 0)
        {
            return;
        }

        if (_usedBytes + bytes > Faults.CapacityBytes)
        {
            throw new DiskFullException($"{path}: {bytes} more bytes do not fit into {Faults.CapacityBytes}, of which {_usedBytes} are used.");
        }

        _usedBytes += bytes;
    }

    internal void Release(long bytes) => _usedBytes -= bytes;

    private static string ParentOf(string path) => path[..path.LastIndexOf('/')];

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private void Begin(string path, FileOperation operation)
    {
        if (Faults.Fails(operation))
        {
            throw Failure(path, operation);
        }
    }

    private void CloseAll()
    {
        Generation++;
        _locks.Clear();
        _usedBytes = _directories.Values.Sum(directory => directory.Files.Sum(file => file.Value.Length));
    }

    private SimulatedInode Find(string path) =>
        Exists(path) ? DirectoryOf(path).Find(NameOf(path))! : throw new FileNotFoundException($"{path}: there is no such file.");

    private SimulatedDirectory DirectoryOf(string path) =>
        _directories.TryGetValue(ParentOf(path), out var directory)
            ? directory
            : throw new DirectoryNotFoundException($"{path}: its directory does not exist.");

    private sealed class HeldLock(SimulatedFileSystem files, string path) : IDisposable
    {
        private readonly int _generation = files.Generation;

        public void Dispose()
        {
            if (_generation == files.Generation)
            {
                files._locks.Remove(path);
            }
        }
    }
}
