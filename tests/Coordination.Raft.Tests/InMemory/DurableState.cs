namespace Coordination.Raft.Tests;

/// <summary>
/// What a replica's disk holds: exactly the requests that were acknowledged, nothing of those under way. A restart sees only this.
/// </summary>
internal sealed class DurableState
{
    private readonly List<Entry> _entries = [];

    public DurableState(RestoredState state)
    {
        HardState = state.HardState;
        Snapshot = state.Snapshot;
        _entries.AddRange(state.Entries);
    }

    public HardState HardState { get; private set; }

    public SnapshotMetadata Snapshot { get; private set; }

    public IReadOnlyList<Entry> Entries => _entries;

    public LogIndex LastIndex => Snapshot.Index + _entries.Count;

    public void Write(PersistRequest request)
    {
        if (request.Snapshot is { } snapshot)
        {
            Snapshot = snapshot;
            _entries.Clear();
        }

        foreach (var entry in request.Entries.Span)
        {
            Append(entry);
        }

        HardState = request.HardState ?? HardState;
    }

    public void Compact(SnapshotMetadata snapshot)
    {
        int forgotten = (int)(snapshot.Index - Snapshot.Index);
        if (forgotten <= 0)
        {
            return;
        }

        _entries.RemoveRange(0, forgotten);
        Snapshot = snapshot;
    }

    public Entry? Find(LogIndex index)
    {
        long position = index - Snapshot.Index - 1;
        return position >= 0 && position < _entries.Count ? _entries[(int)position] : null;
    }

    /// <summary>What a replica that starts on this disk is given. The state machine is volatile: it restarts from the snapshot.</summary>
    public RestoredState Restore() =>
        new() { HardState = HardState, Snapshot = Snapshot, Entries = [.. _entries], Applied = Snapshot.Index };

    private void Append(Entry entry)
    {
        long position = entry.Index - Snapshot.Index - 1;
        Assert.True(position >= 0 && position <= _entries.Count, $"Entry {entry} leaves a gap after {LastIndex} or lies inside the snapshot.");
        _entries.RemoveRange((int)position, _entries.Count - (int)position);
        _entries.Add(entry);
    }
}
