namespace Coordination.StateMachine;

/// <summary>
/// The state after some command, for readers on any thread: a snapshot of the index and the revisions that may be read. Values come from
/// memory or from the store.
/// </summary>
public sealed class StoreView
{
    private readonly KeyTreeSnapshot _index;
    private readonly IStateStore _store;

    internal StoreView(KeyTreeSnapshot index, IStateStore store, long revision, long compactRevision)
    {
        _index = index;
        _store = store;
        Revision = revision;
        CompactRevision = compactRevision;
    }

    /// <summary>The current revision.</summary>
    public long Revision { get; }

    /// <summary>The oldest revision that may be read.</summary>
    public long CompactRevision { get; }

    /// <summary>How many keys exist.</summary>
    public long KeyCount => _index.LiveCount;

    internal KeyTreeSnapshot Index => _index;

    /// <summary>Reads a range.</summary>
    /// <param name="operation">What to read.</param>
    /// <param name="result">The answer, when there is no error.</param>
    /// <returns>
    /// None; or that the revision is compacted or in the future. Compacted can also be the answer to a read at the current revision if the
    /// view is so old that a compaction overtook it while values were read: the caller takes a new view and reads again.
    /// </returns>
    public ApplyError Read(RangeOperation operation, out RangeResult result)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return new RangeReader(this).Read(operation, out result);
    }

    /// <summary>The revision that a request means: itself, or the current one.</summary>
    internal long Resolve(long revision) => revision <= 0 ? Revision : revision;

    internal byte[]? FindValue(KeyVersion version) => version.CachedValue ?? _store.FindValue(version.Modified);
}
