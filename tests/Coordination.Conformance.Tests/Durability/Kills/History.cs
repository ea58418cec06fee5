namespace Coordination.Conformance.Tests;

/// <summary>
/// The history of a store as it was read, and compared, after earlier rounds: the keys at the oldest revision that can be read, every
/// change since, and the keys now.
/// </summary>
public sealed class History
{
    private readonly SortedDictionary<long, IReadOnlyList<Event>> _changes = [];
    private readonly KeyState _oldest = new();
    private readonly KeyState _now = new();

    /// <summary>The last revision; 1 is the empty store.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>What lies before it is compacted, itself not; 0 when nothing is.</summary>
    public long Compacted { get; private set; }

    /// <summary>The keys at <see cref="Revision"/>.</summary>
    public KeyState Now => _now;

    /// <summary>The keys at <see cref="Compacted"/>.</summary>
    public KeyState Oldest => _oldest;

    public IReadOnlyDictionary<long, IReadOnlyList<Event>> Changes => _changes;

    public void Append(IReadOnlyList<Event> changes)
    {
        Revision++;
        _changes.Add(Revision, changes);
        _now.Apply(changes);
    }

    public void Compact(long revision)
    {
        foreach (var old in _changes.Keys.TakeWhile(old => old <= revision).ToArray())
        {
            _oldest.Apply(_changes[old]);
            _changes.Remove(old);
        }

        Compacted = revision;
    }
}
