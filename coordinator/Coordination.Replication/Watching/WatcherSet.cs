namespace Coordination.Replication;

/// <summary>The watchers of one stream, by id, and what the stream as a whole was told. Belongs to the hub's turn.</summary>
internal sealed class WatcherSet
{
    private readonly Dictionary<long, Watcher> _watchers = [];
    private long _nextId;
    private long _futureStart;

    public int Count => _watchers.Count;

    public IReadOnlyCollection<Watcher> All => _watchers.Values;

    /// <summary>How many of the watchers lag.</summary>
    public int LaggingCount { get; set; }

    /// <summary>The latest revision that any response said to be the current one.</summary>
    public long ToldRevision { get; set; }

    /// <summary>Whether an answer to a progress request is owed.</summary>
    public bool OwesProgress { get; set; }

    public bool HasId(long id) => _watchers.ContainsKey(id);

    /// <summary>The next id that the stream itself gives: they count up, past those that clients chose, and never come again.</summary>
    public long NextId()
    {
        while (_watchers.ContainsKey(_nextId))
        {
            _nextId++;
        }

        return _nextId++;
    }

    public void Add(Watcher watcher)
    {
        _watchers.Add(watcher.Id, watcher);
        _futureStart = Math.Max(_futureStart, watcher.Creation.StartRevision);
    }

    public bool TryFind(long id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Watcher? watcher) =>
        _watchers.TryGetValue(id, out watcher);

    public void Remove(Watcher watcher)
    {
        _watchers.Remove(watcher.Id);
        if (watcher.Creation.StartRevision == _futureStart)
        {
            _futureStart = _watchers.Count == 0 ? 0 : _watchers.Values.Max(static other => other.Creation.StartRevision);
        }
    }

    /// <summary>
    /// Whether all watchers have begun and have what happened up to a revision, which is not older than what clients were told.
    /// </summary>
    public bool IsCaughtUp(long revision) => LaggingCount == 0 && ToldRevision <= revision && _futureStart <= revision;
}
