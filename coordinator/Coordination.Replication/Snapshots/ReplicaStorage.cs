using System.Globalization;
using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.Storage;

namespace Coordination.Replication;

/// <summary>
/// Where a replica keeps things: its part of the node's log, and its own store, in a directory that is replaced as a whole when a snapshot
/// is installed. Used by the replica's loop; copies are made on other threads.
/// </summary>
/// <remarks>
/// A store lies in a directory named for its partition, or, if it came as a snapshot, for the partition and the snapshot's index. It is put
/// there before the log is told to begin with the snapshot. So after a crash the one that counts is the newest that the log knows of: a
/// newer one was never acknowledged, and older ones are only not deleted yet.
/// </remarks>
internal sealed class ReplicaStorage : IDisposable
{
    private readonly IStoreDirectories _directories;
    private readonly string _states;
    private readonly string _name;
    private string _directory;

    private ReplicaStorage(
        IStoreDirectories directories, string states, PartitionId partition, string directory, IDurableStateStore store,
        ICommitter committer)
    {
        _directories = directories;
        _states = states;
        _name = partition.ToString();
        _directory = directory;
        Partition = partition;
        Store = store;
        Committer = committer;
    }

    public PartitionId Partition { get; }

    public ICommitter Committer { get; }

    /// <summary>The store that counts now.</summary>
    public IDurableStateStore Store { get; private set; }

    /// <summary>In which phase the partition began.</summary>
    public PartitionPhase BegunAs { get; set; } = PartitionPhase.Serving;

    /// <summary>Called with every store that is opened later than the first.</summary>
    public Action<IDurableStateStore>? Opened { get; set; }

    /// <summary>Opens the store of a log that begins after <paramref name="logBase"/>, and deletes what a crash left.</summary>
    public static ReplicaStorage Open(
        IStoreDirectories directories, string states, PartitionId partition, LogIndex logBase, ICommitter committer)
    {
        string name = partition.ToString();
        string first = Path.Combine(states, name);
        var installed = directories.List(states)
            .Where(path => Path.GetFileName(path).StartsWith(name + ".", StringComparison.Ordinal))
            .Select(path => (Path: path, Index: IndexOf(path)))
            .ToList();
        string directory = installed.Where(each => each.Index is { } index && index <= logBase.Value)
            .OrderByDescending(each => each.Index)
            .Select(each => each.Path)
            .FirstOrDefault(first);
        foreach (var (path, _) in installed.Where(each => each.Path != directory))
        {
            directories.Delete(path);
        }

        var store = directories.Open(directory, logBase.Value);
        if (directory != first && directories.Exists(first))
        {
            directories.Delete(first);
        }

        return new ReplicaStorage(directories, states, partition, directory, store, committer);
    }

    /// <summary>
    /// Deletes every store in a folder but those of <paramref name="partitions"/>: the replicas were dropped. Durably, for the reason that
    /// <see cref="Delete"/> has.
    /// </summary>
    public static void DeleteOthers(IStoreDirectories directories, string states, IEnumerable<PartitionId> partitions)
    {
        var kept = partitions.Select(static partition => partition.ToString()).ToHashSet(StringComparer.Ordinal);
        DeleteAll(directories, states, path => !kept.Contains(Path.GetFileNameWithoutExtension(path)));
    }

    /// <summary>
    /// Deletes the store of a replica that was dropped, and closed. Durably: the next replica of the partition must not find it instead of
    /// its own after a crash.
    /// </summary>
    public void Delete() => DeleteAll(_directories, _states, path => Path.GetFileNameWithoutExtension(path) == _name);

    /// <summary>The state that the store holds.</summary>
    public PartitionState OpenState(long cachedValueBytes) => new(Store, cachedValueBytes, BegunAs);

    /// <summary>A directory that does not exist yet, for a copy or for what comes in; deleted at the next start at the latest.</summary>
    public string NewDirectory() => Path.Combine(_states, $"{_name}.copy{_directories.NewNumber()}");

    /// <summary>Deletes a directory of <see cref="NewDirectory"/>, if it exists.</summary>
    public void Discard(string directory)
    {
        if (_directories.Exists(directory))
        {
            _directories.Delete(directory);
        }
    }

    /// <summary>Copies the store as of now, by links.</summary>
    /// <returns>The last entry that the copy contains.</returns>
    public ulong Copy(string directory)
    {
        Store.Checkpoint(directory);
        using var copy = _directories.Open(directory, 0);
        return copy.LoadMetadata().AppliedIndex;
    }

    /// <summary>Checks a store that came as the snapshot at <paramref name="index"/>. From any thread.</summary>
    /// <exception cref="IOException">It is damaged, or not that snapshot.</exception>
    public void Check(string directory, LogIndex index)
    {
        using var store = _directories.Open(directory, 0);
        ulong applied = store.LoadMetadata().AppliedIndex;
        if (applied != index.Value)
        {
            throw new IOException($"{directory}: the snapshot of entry {index} contains entry {applied}.");
        }
    }

    /// <summary>
    /// Checks a store that came as the snapshot at <paramref name="index"/> and puts it, durably, where it will count once the log begins
    /// with the snapshot.
    /// </summary>
    /// <inheritdoc cref="Check" path="/exception"/>
    public void Stage(string directory, LogIndex index)
    {
        Check(directory, index);
        _directories.Sync(directory);
        _directories.Move(directory, PathOf(index));
        _directories.Sync(_states);
    }

    /// <summary>
    /// Goes over to the staged store: the log begins with it now. The one before stays open, without its files, for views that
    /// still read it.
    /// </summary>
    public void Install(LogIndex index)
    {
        string retired = _directory;
        _directory = PathOf(index);
        Store = _directories.Open(_directory, index.Value);
        Opened?.Invoke(Store);
        _directories.Delete(retired);
    }

    /// <inheritdoc/>
    public void Dispose() => Store.Dispose();

    private static void DeleteAll(IStoreDirectories directories, string states, Func<string, bool> isDue)
    {
        string[] due = [.. directories.List(states).Where(isDue)];
        foreach (string path in due)
        {
            directories.Delete(path);
        }

        if (due.Length > 0)
        {
            directories.Sync(states);
        }
    }

    private string PathOf(LogIndex index) => Path.Combine(_states, string.Create(CultureInfo.InvariantCulture, $"{_name}.{index.Value}"));

    private static ulong? IndexOf(string path) =>
        ulong.TryParse(Path.GetExtension(path).AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out ulong index) ? index : null;
}
