using Coordination.Storage;

namespace Coordination.Server;

/// <summary>
/// The data directory of a running node: locked, so that no second node writes into it, and with the node's identity. Held from the start
/// of a node until everything in it is closed.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockName = "node.lock";

    /// <summary>What a real etcd keeps its data in, below its data directory.</summary>
    private const string FolderOfEtcd = "member";

    /// <summary>Where the log and the state lie, once there are any.</summary>
    private static readonly string[] DataFolders = ["wal", "state"];

    private readonly FileStream _lock;

    private DataDirectory(string path, StoredIdentity identity, FileStream heldLock)
    {
        IsNew = !DataFolders.Any(name => Directory.Exists(System.IO.Path.Combine(path, name)));
        Path = path;
        Identity = identity;
        _lock = heldLock;
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>Whether there were no data in it when it was opened.</summary>
    public bool IsNew { get; }

    /// <summary>Whose directory it is.</summary>
    public StoredIdentity Identity { get; }

    /// <summary>Opens the directory of a node and, when it is new, creates it with the identity that the options give.</summary>
    /// <exception cref="NodeStartException">It cannot be used; says why.</exception>
    public static DataDirectory Open(NodeOptions options)
    {
        string path = System.IO.Path.GetFullPath(options.DataDirectory);
        FileStream? held = null;
        try
        {
            RealFileSystem.Instance.CreateDirectory(path);
            held = Lock(path);
            StoredIdentity identity = IdentityFile.Find(RealFileSystem.Instance, path) ?? Create(path, options);
            CheckOwner(identity, path, options);
            var directory = new DataDirectory(path, identity, held);
            held = null;
            return directory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException(
                $"The data directory {path} cannot be used: {exception.Message.TrimEnd('.')}. Make it writable, or give another "
                + "--data-dir.",
                exception);
        }
        finally
        {
            held?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    /// <summary>Takes the lock, which the system releases when the process ends, however it does.</summary>
    private static FileStream Lock(string path)
    {
        string file = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new NodeStartException(
                $"The data directory {path} is in use by another node. Stop that one first, or give this one a --data-dir of its own.",
                exception);
        }
    }

    /// <summary>The runtime passes the system's error on; a lock that is taken is EWOULDBLOCK.</summary>
    private static bool IsHeld(IOException exception) => exception.HResult is 11 or 35;

    private static StoredIdentity Create(string path, NodeOptions options)
    {
        if (Directory.Exists(System.IO.Path.Combine(path, FolderOfEtcd)))
        {
            throw new NodeStartException(
                $"The data directory {path} belongs to a real etcd, whose files this program does not read. Give another --data-dir.");
        }

        string? data = DataFolders.FirstOrDefault(name => Directory.Exists(System.IO.Path.Combine(path, name)));
        if (data is not null)
        {
            throw new NodeStartException(
                $"The data directory {path} holds '{data}' but no file '{IdentityFile.FileName}', so it is not known whose it is. Restore "
                + "it from a copy, or give another --data-dir.");
        }

        if (options.InitialClusterState == InitialClusterState.Existing)
        {
            throw new NodeStartException(
                $"The data directory {path} is new, and --initial-cluster-state=existing asks to join a running cluster, which this "
                + "version cannot do yet; begin a cluster of its own with --initial-cluster-state=new.");
        }

        StoredIdentity identity = StoredIdentity.Of(options);
        IdentityFile.Write(RealFileSystem.Instance, path, identity);
        return identity;
    }

    /// <summary>
    /// Whoever describes a new cluster of several members means a certain one: a directory of another one, or of another of its members, is
    /// there by mistake, and what it would do under a name that is not its own could not be undone.
    /// </summary>
    private static void CheckOwner(StoredIdentity identity, string path, NodeOptions options)
    {
        if (options.InitialCluster.Count == 1 || options.InitialClusterState != InitialClusterState.New)
        {
            return;
        }

        StoredIdentity described = StoredIdentity.Of(options);
        if (described.ClusterId != identity.ClusterId)
        {
            throw new NodeStartException(
                $"The data directory {path} belongs to cluster {identity.ClusterId:x}, and --initial-cluster with --initial-cluster-token "
                + $"describes cluster {described.ClusterId:x}. Give the --data-dir of this cluster, or leave both settings out to "
                + "go on with the cluster of the directory.");
        }

        if (described.MemberId != identity.MemberId)
        {
            throw new NodeStartException(
                $"The data directory {path} belongs to member {identity.MemberId:x} ('{identity.Self.Name}'), and --name={options.Name} is "
                + $"member {described.MemberId:x}. Give this member's own --data-dir.");
        }
    }
}
