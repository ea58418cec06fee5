namespace Coordination.StateMachine;

/// <summary>
/// Changes keys: one write at a time, all its changes under one new revision. Called by <see cref="PartitionState"/> on the applying
/// thread. Between <see cref="Begin"/> and <see cref="End"/> reads see what the write has changed so far.
/// </summary>
internal sealed class MvccWriter(IStateStore store, LeaseTable leases, StateChanges changes)
{
    private readonly KeyTree _tree = new();
    private readonly List<KeyEvent> _events = [];
    private readonly List<KeyVersion> _uncommitted = [];
    private int _changesInWrite;

    /// <summary>The current revision.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>How far history has been given up.</summary>
    public CompactionMark Compaction { get; } = new();

    /// <summary>The oldest revision that may be read.</summary>
    public long CompactRevision
    {
        get => Compaction.Revision;
        set => Compaction.Revision = value;
    }

    /// <summary>Changes after this revision stay in the store, also when they are compacted: they are still to be copied.</summary>
    public long HoldRevision { get; set; } = long.MaxValue;

    /// <summary>Up to here what is superseded may be removed from the store.</summary>
    public long RemovalRevision => Math.Min(CompactRevision, HoldRevision);

    /// <summary>The revision that reads and headers inside the present write show.</summary>
    public long RevisionInWrite => _changesInWrite > 0 ? Revision + 1 : Revision;

    /// <summary>The changes of the last write, in order; valid until the next begins.</summary>
    public IReadOnlyList<KeyEvent> Events => _events;

    public KeyTree Tree => _tree;

    /// <summary>What reads inside the present write see.</summary>
    public StoreView ViewInWrite => new(_tree.View(), store, RevisionInWrite, Compaction);

    /// <summary>Takes over what the store holds, at start: the versions in order of revision.</summary>
    public void Restore(IEnumerable<StoredVersion> versions, long revision, long cachedBytesMax)
    {
        Revision = revision;
        long cached = 0;
        var values = new SharedChunks();
        foreach (var stored in versions)
        {
            var slot = _tree.Locate(stored.Key.Span);
            var newest = slot.Newest;
            byte[] key = newest?.Key ?? stored.Key.ToArray();
            KeyVersion version;
            if (cached < cachedBytesMax)
            {
                cached += stored.Value.Length;
                version = new KeyVersion(
                    key, stored.Revision, stored.CreateRevision, stored.Version, stored.Lease, newest, values.Copy(stored.Value.Span));
            }
            else
            {
                version = new KeyVersion(key, stored.Revision, stored.CreateRevision, stored.Version, stored.Lease, newest);
            }

            _tree.Set(slot, version);
        }

        // Older versions may name leases that are gone: only the newest says what is attached now.
        foreach (var existing in Existing(KeyRange.Between([], null)))
        {
            leases.Move(existing.Key, 0, existing.Lease);
        }
    }

    public void Begin()
    {
        _events.Clear();
        _changesInWrite = 0;
    }

    /// <summary>Ends the write: if it changed anything, the revision moves.</summary>
    public void End() => Revision = RevisionInWrite;

    /// <summary>Goes on to a later revision, without a write.</summary>
    public void SkipTo(long revision)
    {
        Invariant.Check(_changesInWrite == 0 && revision >= Revision, $"Revision {Revision} cannot be followed by {revision}.");
        Revision = revision;
    }

    /// <summary>The key as it is now, or null when it does not exist.</summary>
    public KeyVersion? FindExisting(ReadOnlySpan<byte> key) =>
        _tree.View().Find(key) is { IsTombstone: false } version ? version : null;

    /// <summary>Writes a key. The value must not change any more: it stays in memory as it is for a while.</summary>
    public void Put(byte[] key, ReadOnlyMemory<byte> value, long lease)
    {
        var slot = _tree.Locate(key);
        var newest = slot.Newest;
        var existing = newest is { IsTombstone: false } ? newest : null;
        var revision = NextChange();
        var version = new KeyVersion(
            newest?.Key ?? key,
            revision,
            existing?.CreateRevision ?? revision.Main,
            (existing?.Version ?? 0) + 1,
            lease,
            newest,
            value);
        leases.Move(version.Key, existing?.Lease ?? 0, lease);
        _tree.Set(slot, version);
        Note(version, existing);
    }

    /// <summary>Deletes a key that exists.</summary>
    public void Delete(KeyVersion existing) => Note(Bury(existing), existing);

    /// <summary>Deletes a key that exists and tells nobody: it lives on elsewhere.</summary>
    public void DeleteHidden(KeyVersion existing) => Add(Bury(existing), default);

    /// <summary>Takes a key over as it is; the index must not know it. Returns the key.</summary>
    public byte[] Receive(StoredVersion received)
    {
        byte[] key = received.Key.ToArray();
        var slot = _tree.Locate(key);
        Invariant.Check(slot.Newest is null, $"A key of revision {received.Revision} was received twice.");
        var version = new KeyVersion(
            key, received.Revision, received.CreateRevision, received.Version, received.Lease, null, received.Value);
        leases.Move(key, 0, received.Lease);
        _tree.Set(slot, version);
        _uncommitted.Add(version);
        changes.AddReceived(received with { Key = key });
        return key;
    }

    /// <summary>The existing keys of a range, in order.</summary>
    public List<KeyVersion> Existing(KeyRange range)
    {
        var found = new List<KeyVersion>();
        if (range.IsSingleKey)
        {
            if (FindExisting(range.Start) is { } only)
            {
                found.Add(only);
            }

            return found;
        }

        var cursor = _tree.View().Scan(range);
        while (cursor.MoveNext())
        {
            if (!cursor.Current.IsTombstone)
            {
                found.Add(cursor.Current);
            }
        }

        return found;
    }

    /// <summary>A version with its value.</summary>
    public KeyValue Load(KeyVersion version)
    {
        var value = version.CachedValue ?? store.FindValue(version.Modified)?.AsMemory();
        Invariant.Check(value is not null, $"The store has no value for revision {version.Modified}, which is not compacted.");
        return new KeyValue(
            version.Key, value.Value, version.CreateRevision, version.Modified.Main, version.Version, version.Lease);
    }

    /// <summary>The versions written since the last call: committed now, so their values may leave memory.</summary>
    public void TakeCommitted(ValueCache cache)
    {
        foreach (var version in _uncommitted)
        {
            cache.Add(version);
        }

        _uncommitted.Clear();
    }

    private Revision NextChange() => new(Revision + 1, _changesInWrite++);

    private KeyVersion Bury(KeyVersion existing)
    {
        var tombstone = new KeyVersion(existing.Key, NextChange(), 0, 0, 0, existing, value: default);
        leases.Move(existing.Key, existing.Lease, 0);
        _tree.Set(_tree.Locate(existing.Key), tombstone);
        return tombstone;
    }

    private void Note(KeyVersion version, KeyVersion? before)
    {
        var happened = Load(version);
        Add(version, happened.Value);
        _events.Add(new KeyEvent(happened, new KeyVersionRef(before)));
    }

    private void Add(KeyVersion version, ReadOnlyMemory<byte> value)
    {
        _uncommitted.Add(version);
        changes.Add(new StoredVersion(
            version.Modified, version.Key, value, version.CreateRevision, version.Version, version.Lease));
    }
}
