namespace Coordination.Storage;

/// <summary>
/// The disk as storage sees it: the real one (<see cref="RealFileSystem"/>) or a simulated one that crashes, tears and fails. Paths are
/// absolute, with '/' between the parts. Errors are <see cref="IOException"/> with the path in the message; a full disk is
/// <see cref="DiskFullException"/>. A created, renamed or deleted name is durable only after <see cref="SyncDirectory"/> of its directory.
/// </summary>
public interface IFileSystem
{
    /// <summary>Opens a file for reading and writing, and creates it empty when it does not exist.</summary>
    IFile OpenOrCreate(string path);

    /// <summary>Opens an existing file for reading.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    IFile OpenRead(string path);

    /// <summary>Whether a file of that name exists.</summary>
    bool Exists(string path);

    /// <summary>Creates a directory and its parents where missing; durable on return, unlike the files that come to lie in it.</summary>
    void CreateDirectory(string path);

    /// <summary>The names (not paths) of the files in a directory, in ordinal order.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Renames a file within its directory in one step, replacing the target.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file that exists.</summary>
    void Delete(string path);

    /// <summary>Makes the names in a directory durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Takes a lock that one process can hold at a time and that ends with the process, or when the result is disposed.</summary>
    /// <exception cref="IOException">Somebody else holds it.</exception>
    IDisposable LockExclusive(string path);
}
