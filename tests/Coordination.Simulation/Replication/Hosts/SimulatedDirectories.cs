using Coordination.Replication;
using Coordination.Storage;

namespace Coordination.Simulation;

/// <summary>
/// The directories of stores on the disk of one machine; they outlive its crashes. Names are durable when their folder is synced: a crash
/// takes the last changes back, as many as it likes.
/// </summary>
internal sealed class SimulatedDirectories(WorldServices world, Machine machine) : IStoreDirectories
{
    private readonly SortedDictionary<string, StoreDisk> _disks = new(StringComparer.Ordinal);
    private readonly List<Action> _undo = [];
    private int _numbers;

    /// <inheritdoc/>
    public IDurableStateStore Open(string directory, ulong appliedIndexMin)
    {
        world.CheckThread();
        if (!_disks.TryGetValue(directory, out var disk))
        {
            disk = Create(directory, new StoreContent(new()));
            Sync(directory);
        }

        var store = new SimulatedDurableStore(this, directory, disk);
        ulong applied = store.LoadMetadata().AppliedIndex;
        return applied >= appliedIndexMin
            ? store
            : throw new ViolationException(
                Rules.Recovery,
                $"n{machine.Index} {directory} contains entry {applied}, and the log goes back only to entry {appliedIndexMin + 1}.");
    }

    /// <inheritdoc/>
    public bool Exists(string directory) => _disks.ContainsKey(directory);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) =>
        [.. _disks.Keys.Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal))];

    /// <inheritdoc/>
    public int NewNumber() => ++_numbers;

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        if (!_disks.Remove(from, out var disk) || !_disks.TryAdd(to, disk))
        {
            throw new IOException($"{from} cannot become {to}.");
        }

        _undo.Add(() =>
        {
            _disks.Remove(to);
            _disks[from] = disk;
        });
    }

    /// <inheritdoc/>
    public void Sync(string folder)
    {
        RequireSpace();
        _undo.Clear();
    }

    /// <inheritdoc/>
    public void Delete(string directory)
    {
        if (!_disks.Remove(directory, out var disk))
        {
            throw new DirectoryNotFoundException(directory);
        }

        _undo.Add(() => _disks[directory] = disk);
    }

    /// <summary>Puts what came over the network into a new directory.</summary>
    public void Receive(string directory, StoreContent content) => Create(directory, content.Clone());

    /// <summary>What a directory holds durably.</summary>
    public StoreContent Read(string directory) => _disks[directory].Read();

    /// <summary>Whether a store still has its files.</summary>
    public bool Holds(string directory, StoreDisk disk) => _disks.TryGetValue(directory, out var held) && held == disk;

    /// <summary>Copies a store as of now.</summary>
    public void Copy(StoreDisk disk, string directory)
    {
        RequireSpace();
        disk.Flush();
        Create(directory, disk.Read());
    }

    /// <summary>Fails when the disk is full.</summary>
    public void RequireSpace()
    {
        if (machine.Files.UsedBytes + 4096 > machine.Files.Faults.CapacityBytes)
        {
            throw new DiskFullException("/node/state", new IOException("The disk is full."));
        }
    }

    /// <summary>The process is gone, and what was in memory with it.</summary>
    public void Crash()
    {
        for (int lost = world.StateRandom.Next(_undo.Count + 1); lost > 0; lost--)
        {
            _undo[^1]();
            _undo.RemoveAt(_undo.Count - 1);
        }

        _undo.Clear();
        foreach (var disk in _disks.Values)
        {
            disk.Crash();
        }
    }

    private StoreDisk Create(string directory, StoreContent content)
    {
        var disk = new StoreDisk(world, content);
        _disks.Add(directory, disk);
        _undo.Add(() => _disks.Remove(directory));
        return disk;
    }
}
