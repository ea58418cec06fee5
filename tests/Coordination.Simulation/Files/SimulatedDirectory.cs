namespace Coordination.Simulation;

/// <summary>
/// The names in one simulated directory: those that readers see, those on the disk, and the changes between them. The model of a crash:
/// each change since the last sync of the directory happened or not, on its own; a rename happens as a whole or not at all. A real
/// journaling file system keeps more order than this, so what survives here survives there.
/// </summary>
internal sealed class SimulatedDirectory
{
    private readonly List<Change> _unsynced = [];
    private readonly SortedDictionary<string, SimulatedInode> _durable = new(StringComparer.Ordinal);
    private SortedDictionary<string, SimulatedInode> _visible = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, SimulatedInode>> Files => _visible;

    public string[] Names => [.. _visible.Keys];

    public SimulatedInode? Find(string name) => _visible.GetValueOrDefault(name);

    public SimulatedInode Create(string name)
    {
        var inode = new SimulatedInode();
        Do(new Change(null, name, inode));
        return inode;
    }

    public void Rename(string from, string to) => Do(new Change(from, to, _visible[from]));

    public void Delete(string name) => Do(new Change(name, null, _visible[name]));

    public void Sync()
    {
        foreach (var change in _unsynced)
        {
            Apply(change, _durable);
        }

        _unsynced.Clear();
    }

    public void Crash(Func<bool> keeps)
    {
        foreach (var change in _unsynced)
        {
            if (keeps())
            {
                Apply(change, _durable);
            }
        }

        _unsynced.Clear();
        _visible = new SortedDictionary<string, SimulatedInode>(_durable, StringComparer.Ordinal);
    }

    private static void Apply(Change change, SortedDictionary<string, SimulatedInode> names)
    {
        // The old name may meanwhile stand for another file, or its creation may be lost: only this file's own name goes.
        if (change.From is { } from && names.TryGetValue(from, out var inode) && inode == change.Inode)
        {
            names.Remove(from);
        }

        if (change.To is { } to)
        {
            names[to] = change.Inode;
        }
    }

    private void Do(Change change)
    {
        _unsynced.Add(change);
        Apply(change, _visible);
    }

    private readonly record struct Change(string? From, string? To, SimulatedInode Inode);
}
