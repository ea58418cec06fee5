namespace Coordination.Storage;

/// <summary>The disk of this machine. Thread-safe; the files it opens are not.</summary>
public sealed class RealFileSystem : IFileSystem
{
    /// <summary>The instance; it has no state.</summary>
    public static RealFileSystem Instance { get; } = new();

    private RealFileSystem()
    {
    }

    /// <inheritdoc/>
    public IFile OpenOrCreate(string path) => new RealFile(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);

    /// <inheritdoc/>
    public IFile OpenRead(string path) => new RealFile(path, FileMode.Open, FileAccess.Read);

    /// <inheritdoc/>
    public bool Exists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        string? parent = Path.GetDirectoryName(path);
        if (string.IsNullOrEmpty(parent))
        {
            throw new IOException($"{path}: the path has no parent that could hold the directory.");
        }

        CreateDirectory(parent);
        Directory.CreateDirectory(path);
        SyncDirectory(parent);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
    {
        string[] names = Directory.GetFiles(directory);
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Path.GetFileName(names[i]);
        }

        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: there is no such file.", path);
        }

        File.Delete(path);
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        // Elsewhere names cannot be synced by themselves; the file systems there journal them in order.
        if (OperatingSystem.IsLinux())
        {
            LinuxFiles.SyncDirectory(path);
        }
    }

    /// <inheritdoc/>
    public IDisposable LockExclusive(string path)
    {
        try
        {
            // On Unix the runtime takes an advisory lock (flock) for FileShare.None, which ends with the process.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException busy) when (busy is not DirectoryNotFoundException)
        {
            throw new IOException(
                $"{path}: another process holds the lock. Is a second node configured with the same data directory, or the previous one"
                + $" still running? ({busy.Message})",
                busy);
        }
    }
}
