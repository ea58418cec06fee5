namespace Coordination.StateMachine;

/// <summary>
/// The replicated state of one partition: keys with their history, leases, alarms and the cluster's metadata. Committed commands go in, in
/// the order of the log; the same commands give the same state and the same answers on every replica. One thread applies and commits;
/// readers on any thread take <see cref="View"/>. Semantics are those of etcd's v3 API.
/// </summary>
/// <remarks>
/// Loop of the owner: apply some commands, then <see cref="Commit"/>, which makes them one atomic write of the store and publishes a view.
/// An exception out of <see cref="Apply"/> means that the state can no longer be trusted: the owner stops.
/// </remarks>
public sealed class PartitionState
{
    private readonly IStateStore _store;
    private readonly StateChanges _changes = new();
    private readonly LeaseTable _leases = new();
    private readonly AlarmTable _alarms = new();
    private readonly ValueCache _cache;
    private readonly MvccWriter _writer;
    private readonly TxnExecutor _txns;
    private readonly MetadataTable _clusterMetadata;
    private readonly Compactor _compactor;
    private StoreMetadata _metadata;
    private volatile StoreView _view;

    /// <summary>Opens the state that <paramref name="store"/> holds; reads all of its keys to build the index.</summary>
    /// <param name="store">Where the state lies.</param>
    /// <param name="cachedValueBytesMax">How many bytes of values to keep in memory.</param>
    public PartitionState(IStateStore store, long cachedValueBytesMax = 64 * 1024 * 1024)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _cache = new ValueCache(cachedValueBytesMax);
        _writer = new MvccWriter(store, _leases, _changes);
        _txns = new TxnExecutor(_writer, _leases);
        _compactor = new Compactor(store, _writer, _changes);
        _metadata = store.LoadMetadata();
        _clusterMetadata = new MetadataTable(store.LoadClusterMetadata(), _changes);
        foreach (var lease in store.LoadLeases())
        {
            _leases.Add(new Lease(lease.Id, lease.TtlSeconds, lease.RemainingSeconds));
        }

        _alarms.Restore(_metadata.Alarms);
        _writer.CompactRevision = _metadata.CompactRevision;
        _compactor.RemovedRevision = _metadata.RemovedRevision;
        _writer.Restore(store.Scan(default, long.MaxValue), _metadata.Revision, cachedValueBytesMax);
        _view = Publish();
    }

    /// <summary>The last log entry whose effect is in the state, whether or not it is committed to the store.</summary>
    public ulong AppliedIndex => _metadata.AppliedIndex;

    /// <summary>That entry's term.</summary>
    public ulong AppliedTerm => _metadata.AppliedTerm;

    /// <summary>The group's membership as of the applied index, in the log's own encoding.</summary>
    public ReadOnlyMemory<byte> Membership => _metadata.Membership;

    /// <summary>The state as of the last <see cref="Commit"/>, for readers on any thread.</summary>
    public StoreView View => _view;

    /// <summary>The alarms that are on. For the applying thread.</summary>
    public IReadOnlyList<Alarm> Alarms => _alarms.All;

    /// <summary>The changes of the last command that was applied, in order; valid until the next one.</summary>
    public IReadOnlyList<KeyEvent> LastEvents => _writer.Events;

    /// <summary>Whether history that a compaction gave up is still to be removed.</summary>
    public bool HasCompactionWork => _compactor.HasWork;

    /// <summary>The leases, by id. For the applying thread.</summary>
    public IReadOnlyList<StoredLease> Leases => [.. _leases.All.Select(static lease => lease.ToStored())];

    /// <summary>The keys of a lease in order, or null when there is no such lease. For the applying thread.</summary>
    public IReadOnlyCollection<byte[]>? FindLeaseKeys(long id) => _leases.TryFind(id, out var lease) ? lease.Keys : null;

    /// <summary>Applies the command of the log entry at <paramref name="index"/>.</summary>
    public ApplyResult Apply(ulong index, ulong term, Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        Advance(index, term);
        _writer.Begin();
        var result = ApplyAlarmed(command);
        _writer.End();
        return result with { Revision = _writer.Revision };
    }

    /// <summary>Notes an entry that has no command: an empty one, or one with another membership.</summary>
    public void Skip(ulong index, ulong term, ReadOnlyMemory<byte>? membership = null)
    {
        Advance(index, term);
        _writer.Begin();
        if (membership is { } changed)
        {
            _metadata = _metadata with { Membership = changed };
        }
    }

    /// <summary>
    /// Removes a slice of what a compaction gave up; the removal is part of the next <see cref="Commit"/>. Works on what is committed:
    /// without a commit in between, <see cref="HasCompactionWork"/> may stay.
    /// </summary>
    public void Compact(int changesMax) => _compactor.RunSlice(changesMax, _metadata.Revision);

    /// <summary>Writes everything since the last call to the store, at once, and publishes it to readers.</summary>
    public void Commit()
    {
        _metadata = _metadata with
        {
            Revision = _writer.Revision,
            CompactRevision = _writer.CompactRevision,
            RemovedRevision = _compactor.RemovedRevision,
        };
        _store.Commit(_changes, _metadata);
        _changes.Clear();
        _writer.TakeCommitted(_cache);
        _view = Publish();
    }

    private StoreView Publish() =>
        new(_writer.Tree.Publish(), _store, _writer.Revision, _writer.Compaction) { Metadata = _clusterMetadata.Current };

    private void Advance(ulong index, ulong term)
    {
        Invariant.Check(
            index == _metadata.AppliedIndex + 1 && term >= _metadata.AppliedTerm,
            $"Entry {index}@{term} cannot be applied after {_metadata.AppliedIndex}@{_metadata.AppliedTerm}.");
        _metadata = _metadata with { AppliedIndex = index, AppliedTerm = term };
    }

    private ApplyResult ApplyAlarmed(Command command)
    {
        // Also for the cluster's metadata: replicas whose data differ might not agree whether a condition holds, and then each of them
        // would go on with a cluster of its own. What is in the table stays readable, and clearing the alarm goes without a write of it.
        if (command is not AlarmCommand && _alarms.IsOn(AlarmKind.Corrupt))
        {
            return Refused(ApplyError.Corrupt);
        }

        return NeedsSpace(command) && _alarms.IsOn(AlarmKind.NoSpace) ? Refused(ApplyError.NoSpace) : ApplyChecked(command);
    }

    private ApplyResult ApplyChecked(Command command)
    {
        switch (command)
        {
            case PutCommand put:
                var putError = _txns.Check(put.Put);
                return putError == ApplyError.None ? Done(_txns.Execute(put.Put)) : Refused(putError);
            case DeleteRangeCommand delete:
                return Done(_txns.Execute(delete.Delete));
            case TxnCommand txn:
                var txnError = _txns.Execute(txn.Txn, out var txnResult);
                return txnError == ApplyError.None ? Done(txnResult) : Refused(txnError);
            case CompactCommand compact:
                return ApplyCompact(compact);
            case LeaseGrantCommand grant:
                return ApplyGrant(grant);
            case LeaseRevokeCommand revoke:
                return ApplyRevoke(revoke);
            case LeaseCheckpointCommand checkpoint:
                return ApplyCheckpoint(checkpoint);
            case AlarmCommand alarm:
                var concerned = _alarms.Apply(alarm);
                _metadata = _metadata with { Alarms = _alarms.All };
                return new ApplyResult(ApplyError.None, null, 0, concerned);
            case MetadataWriteCommand metadata:
                return Done(_clusterMetadata.Apply(metadata));
            default:
                throw new InvariantViolationException($"There is no way to apply a {command.GetType().Name}.");
        }
    }

    private ApplyResult ApplyCompact(CompactCommand compact)
    {
        if (compact.Revision > _writer.Revision)
        {
            return Refused(ApplyError.FutureRevision);
        }

        if (compact.Revision <= _writer.CompactRevision)
        {
            return Refused(ApplyError.Compacted);
        }

        _writer.CompactRevision = compact.Revision;
        return Done(null);
    }

    private ApplyResult ApplyGrant(LeaseGrantCommand grant)
    {
        if (_leases.Exists(grant.Id))
        {
            return Refused(ApplyError.LeaseExists);
        }

        var lease = new Lease(grant.Id, grant.TtlSeconds, 0);
        _leases.Add(lease);
        _changes.SetLease(lease.ToStored());
        return Done(null);
    }

    private ApplyResult ApplyRevoke(LeaseRevokeCommand revoke)
    {
        if (!_leases.TryFind(revoke.Id, out var lease))
        {
            return Refused(ApplyError.LeaseNotFound);
        }

        foreach (byte[] key in lease.Keys.ToList())
        {
            var existing = _writer.FindExisting(key);
            Invariant.Check(existing is not null, $"A key of lease {revoke.Id} does not exist.");
            Invariant.Check(existing.Lease == revoke.Id, $"A key of lease {revoke.Id} is attached to lease {existing.Lease}.");
            _writer.Delete(existing);
        }

        _leases.Remove(revoke.Id);
        _changes.RemoveLease(revoke.Id);
        return Done(null);
    }

    private ApplyResult ApplyCheckpoint(LeaseCheckpointCommand checkpoint)
    {
        foreach (var remaining in checkpoint.Remaining)
        {
            if (_leases.TryFind(remaining.Id, out var lease))
            {
                lease.RemainingSeconds = remaining.Seconds;
                _changes.SetLease(lease.ToStored());
            }
        }

        return Done(null);
    }

    /// <summary>
    /// What clients write. The cluster's metadata are small and never count: a cluster that is full must still be able to form.
    /// </summary>
    private static bool NeedsSpace(Command command) =>
        command is PutCommand or LeaseGrantCommand || (command is TxnCommand txn && HasPut(txn.Txn));

    private static bool HasPut(TxnOperation txn)
    {
        foreach (var operation in txn.Success.Concat(txn.Failure))
        {
            if (operation is PutOperation || (operation is TxnOperation inner && HasPut(inner)))
            {
                return true;
            }
        }

        return false;
    }

    private static ApplyResult Done(OperationResult? result) => new(ApplyError.None, result, 0);

    private static ApplyResult Refused(ApplyError error) => new(error, null, 0);
}
