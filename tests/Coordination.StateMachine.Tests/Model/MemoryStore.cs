namespace Coordination.StateMachine.Tests;

/// <summary>A store in memory that keeps what was committed, and nothing else, across a simulated crash.</summary>
internal sealed class MemoryStore : IStateStore
{
    private readonly SortedDictionary<Revision, StoredVersion> _versions = [];
    private readonly Dictionary<long, StoredLease> _leases = [];
    private StoreMetadata _metadata = new();

    /// <summary>All changes as text, in the form of <see cref="NaiveState.RemainingChanges"/>.</summary>
    public IEnumerable<string> Changes => _versions.Values
        .Select(change => (change.Revision.Main, Key: Convert.ToHexString(change.Key.Span), Kind: change.Version == 0 ? "delete" : "put"))
        .Order()
        .Select(change => $"{change.Main} {change.Kind} {change.Key}");

    public StoreMetadata LoadMetadata() => _metadata;

    public IEnumerable<StoredLease> LoadLeases() => [.. _leases.Values];

    public IEnumerable<StoredVersion> Scan(Revision from, long toMain) =>
        [.. _versions.Values.Where(version => version.Revision >= from && version.Revision.Main <= toMain)];

    public byte[]? FindValue(Revision revision) => _versions.TryGetValue(revision, out var version) ? version.Value.ToArray() : null;

    public void Commit(StateChanges changes, StoreMetadata metadata)
    {
        foreach (var version in changes.Versions)
        {
            _versions.Add(version.Revision, version);
        }

        foreach (var revision in changes.Removed)
        {
            _versions.Remove(revision);
        }

        foreach (var (id, lease) in changes.Leases)
        {
            if (lease is { } kept)
            {
                _leases[id] = kept;
            }
            else
            {
                _leases.Remove(id);
            }
        }

        _metadata = metadata;
    }
}
