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

    /// <summary>
    /// Reads the changes from a revision on: at least one revision, if there is one, and then whole revisions until enough was read.
    /// </summary>
    /// <param name="from">The first revision.</param>
    /// <param name="changesMax">How many changes to look at, about.</param>
    /// <param name="bytesMax">How many bytes of events to return, about.</param>
    /// <param name="wants">Which keys to return the events of.</param>
    /// <param name="slice">The events, when there is no error.</param>
    /// <returns>
    /// None; or that the revision is compacted, which may have happened after the view was taken: its <see cref="CompactRevision"/> does
    /// not need to tell. The next view soon will.
    /// </returns>
    public ApplyError ReadHistory(
        long from, int changesMax, long bytesMax, Func<ReadOnlySpan<byte>, bool> wants, out HistorySlice slice)
    {
        ArgumentNullException.ThrowIfNull(wants);
        return new HistoryReader(this, _store).Read(from, changesMax, bytesMax, wants, out slice);
    }

    /// <summary>The key before an event, or null when it did not exist or is compacted away.</summary>
    public KeyValue? FindBefore(KeyEvent happened) =>
        happened.Before.Version is { } version && FindValue(version) is { } value
            ? new KeyValue(version.Key, value, version.CreateRevision, version.Modified.Main, version.Version, version.Lease)
            : null;

    /// <summary>The revision that a request means: itself, or the current one.</summary>
    internal long Resolve(long revision) => revision <= 0 ? Revision : revision;

    internal byte[]? FindValue(KeyVersion version) => version.CachedValue ?? _store.FindValue(version.Modified);
}
