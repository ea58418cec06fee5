namespace Coordination.StateMachine;

/// <summary>
/// The state after some command, for readers on any thread: a snapshot of the index and the revisions that may be read. Values come from
/// memory or from the store.
/// </summary>
public sealed class StoreView
{
    private readonly KeyTreeSnapshot _index;
    private readonly IStateStore _store;
    private readonly CompactionMark _compaction;

    internal StoreView(KeyTreeSnapshot index, IStateStore store, long revision, CompactionMark compaction)
    {
        _index = index;
        _store = store;
        _compaction = compaction;
        Revision = revision;
        CompactRevision = compaction.Revision;
    }

    /// <summary>The current revision.</summary>
    public long Revision { get; }

    /// <summary>The oldest revision that may be read.</summary>
    public long CompactRevision { get; }

    /// <summary>How many keys exist.</summary>
    public long KeyCount => _index.LiveCount;

    /// <summary>
    /// Whether history was given up since the view was taken. If a read answers <see cref="ApplyError.Compacted"/>, that may be why: only
    /// the answer of a newer view is one for a client.
    /// </summary>
    public bool IsOvertaken => _compaction.Revision != CompactRevision;

    /// <summary>The cluster's metadata at that moment.</summary>
    public MetadataSnapshot Metadata { get; internal init; } = MetadataSnapshot.Empty;

    /// <summary>What the partition owns at that moment. Everything else is refused.</summary>
    public Ownership Ownership { get; internal init; } = Ownership.Whole;

    /// <summary>How far the partition is with taking over its first keys.</summary>
    public ReceivedKeys Received { get; internal init; } = ReceivedKeys.None;

    internal KeyTreeSnapshot Index => _index;

    /// <summary>Reads a range.</summary>
    /// <param name="operation">What to read.</param>
    /// <param name="result">The answer, when there is no error.</param>
    /// <returns>
    /// None; or that the revision is compacted (see <see cref="IsOvertaken"/>) or in the future, or that the partition does not own all of
    /// what is read.
    /// </returns>
    public ApplyError Read(RangeOperation operation, out RangeResult result)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return new RangeReader(this).Read(operation, out result);
    }

    /// <summary>
    /// Reads keys that were given away, as they were when they were last here, for who has them now. Neither ownership nor compaction
    /// matters, as long as the copy is not finished.
    /// </summary>
    /// <param name="prefix">The prefix that was given away.</param>
    /// <param name="after">The last key that was read; empty for none.</param>
    /// <param name="keysMax">How many keys to return.</param>
    /// <param name="bytesMax">How many bytes of keys and values to return, about: the last key may exceed it.</param>
    /// <returns>The keys in order, none behind the last one; null when there is no such copy to be made (any more).</returns>
    public IReadOnlyList<StoredVersion>? ReadDelegated(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int keysMax, long bytesMax) =>
        Ownership.FindCopy(prefix) is { } copy ? new CopyReader(this, copy).Read(after, keysMax, bytesMax) : null;

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
    /// not need to tell. The next view soon will. Or that the partition does not serve. Of keys that were given away the history ends where
    /// <see cref="Ownership.FindMoved(KeyRange)"/> says.
    /// </returns>
    public ApplyError ReadHistory(
        long from, int changesMax, long bytesMax, Func<ReadOnlySpan<byte>, bool> wants, out HistorySlice slice)
    {
        ArgumentNullException.ThrowIfNull(wants);
        if (Ownership.Phase == PartitionPhase.Receiving)
        {
            slice = default;
            return ApplyError.WrongPartition;
        }

        return new HistoryReader(this, _store).Read(from, changesMax, bytesMax, wants, out slice);
    }

    /// <summary>The key before an event, or null when it did not exist or is compacted away.</summary>
    public KeyValue? FindBefore(KeyEvent happened) =>
        happened.Before.Version is { } version && FindValue(version) is { } value
            ? new KeyValue(version.Key, value, version.CreateRevision, version.Modified.Main, version.Version, version.Lease)
            : null;

    /// <summary>Carries out a transaction whose operations are ranges, not nested.</summary>
    /// <param name="txn">The transaction.</param>
    /// <param name="result">The answer, when there is no error.</param>
    /// <inheritdoc cref="Read(RangeOperation, out RangeResult)" path="/returns"/>
    public ApplyError Read(TxnOperation txn, out TxnResult? result)
    {
        ArgumentNullException.ThrowIfNull(txn);
        return ReadOnlyTxn.Execute(this, txn, out result);
    }

    /// <summary>
    /// A hash over all history that may be read at a revision. It is the same on every replica with the same history and the same
    /// <see cref="CompactRevision"/>. Reads the whole store up to there: a second or two for a million changes.
    /// </summary>
    /// <param name="revision">The revision; 0 or less for the current one.</param>
    /// <param name="hash">The hash, when there is no error.</param>
    /// <inheritdoc cref="Read(RangeOperation, out RangeResult)" path="/returns"/>
    public ApplyError Hash(long revision, out uint hash)
    {
        hash = 0;
        long resolved = Resolve(revision);
        if (resolved > Revision)
        {
            return ApplyError.FutureRevision;
        }

        if (resolved < CompactRevision)
        {
            return ApplyError.Compacted;
        }

        hash = HistoryHash.Compute(this, _store, resolved);
        return IsOvertaken ? ApplyError.Compacted : ApplyError.None;
    }

    /// <summary>
    /// Whether what was read of a revision so far was complete: no compaction has begun to remove it. What is current in the view may be
    /// history by now.
    /// </summary>
    internal bool IsIntact(long revision) => revision >= _compaction.Revision;

    /// <summary>Whether what was read of a revision for a copy was complete, though it may not be read by others.</summary>
    internal bool IsKept(long revision) => revision >= _compaction.RemovalRevision;

    /// <summary>The revision that a request means: itself, or the current one.</summary>
    internal long Resolve(long revision) => revision <= 0 ? Revision : revision;

    internal ReadOnlyMemory<byte>? FindValue(KeyVersion version) => version.CachedValue ?? _store.FindValue(version.Modified)?.AsMemory();
}
