namespace Coordination.StateMachine;

/// <summary>
/// The replicated state of one partition: keys with their history, leases, alarms, the cluster's metadata, and what of
/// its keys it has given away. Committed commands go in, in the order of the log; the same commands give the same state and the same
/// answers on every replica. One thread applies and commits; readers on any thread take <see cref="View"/>. Semantics are those of etcd's
/// v3 API.
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
    private readonly LeaseExecutor _leaseCommands;
    private readonly RevocationTable _revocations;
    private readonly PartitionTable _partition;
    private readonly MetadataTable _clusterMetadata;
    private readonly Compactor _compactor;
    private StoreMetadata _metadata;
    private volatile StoreView _view;

    /// <summary>Opens the state that <paramref name="store"/> holds; reads all of its keys to build the index.</summary>
    /// <param name="store">Where the state lies.</param>
    /// <param name="cachedValueBytesMax">How many bytes of values to keep in memory.</param>
    /// <param name="begunAs">
    /// In which phase the partition began, which the store does not say before it is another one. It is the same on every replica and at
    /// every opening.
    /// </param>
    public PartitionState(
        IStateStore store, long cachedValueBytesMax = 64 * 1024 * 1024, PartitionPhase begunAs = PartitionPhase.Serving)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _cache = new ValueCache(cachedValueBytesMax);
        _writer = new MvccWriter(store, _leases, _changes);
        _txns = new TxnExecutor(_writer, _leases);
        _compactor = new Compactor(store, _writer, _changes);
        _metadata = store.LoadMetadata();
        _clusterMetadata = new MetadataTable(store.LoadClusterMetadata(), _changes);
        _revocations = new RevocationTable(_changes);
        _leaseCommands = new LeaseExecutor(_writer, _leases, _revocations, _changes);
        _partition = new PartitionTable(_writer, _leases, _compactor, _changes);
        RestoreRows(begunAs);
        _leases.Restore(store.LoadLeases());
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

    /// <summary>The leases that are at home here, by id. For the applying thread.</summary>
    public IReadOnlyList<StoredLease> Leases => [.. AllLeases.Where(static lease => !lease.IsShadow)];

    /// <summary>The leases that have a shadow here, by id. For the applying thread.</summary>
    public IReadOnlyList<StoredLease> Shadows => [.. AllLeases.Where(static lease => lease.IsShadow)];

    /// <summary>The revoked leases that may still have keys in other partitions, by id. For the applying thread.</summary>
    public IReadOnlyList<PendingRevocation> PendingRevocations => _revocations.Pending;

    /// <summary>The greatest token of a lease that was ended here. For the applying thread.</summary>
    public ulong LeaseWatermark => _revocations.Watermark;

    /// <summary>What the partition owns after the last command. For the applying thread.</summary>
    public Ownership Ownership => _partition.Ownership;

    private IEnumerable<StoredLease> AllLeases => _leases.All.Select(static lease => lease.Stored);

    /// <summary>
    /// The other partitions that may have keys of a lease that is at home here, or null when there is no such lease. For the applying
    /// thread.
    /// </summary>
    public PartitionSet? FindLeasePartitions(long id) =>
        _leases.TryFind(id, out var lease) && !lease.Stored.IsShadow ? lease.Stored.Partitions : null;

    /// <summary>The keys here of a lease or shadow in order, or null when there is none. For the applying thread.</summary>
    public IReadOnlyCollection<byte[]>? FindLeaseKeys(long id) => _leases.TryFind(id, out var lease) ? lease.Keys : null;

    /// <summary>Applies the command of the log entry at <paramref name="index"/>.</summary>
    public ApplyResult Apply(ulong index, ulong term, Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        Advance(index, term);
        _writer.Begin();
        var result = ApplyAlarmed(index, command);
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
        new(_writer.Tree.Publish(), _store, _writer.Revision, _writer.Compaction)
        {
            Metadata = _clusterMetadata.Current,
            Ownership = _partition.Ownership,
            Received = _partition.Received,
        };

    private void RestoreRows(PartitionPhase begunAs)
    {
        var ownership = Ownership.Whole with { Phase = begunAs };
        var received = ReceivedKeys.None;
        var revocations = new List<PendingRevocation>();
        ulong watermark = 0;
        foreach (var (key, row) in _store.LoadPartitionRows())
        {
            switch (key)
            {
                case PartitionRows.OwnershipKey:
                    ownership = PartitionRows.DecodeOwnership(row);
                    break;
                case PartitionRows.ReceivedKey:
                    received = PartitionRows.DecodeReceived(row);
                    break;
                case PartitionRows.WatermarkKey:
                    watermark = PartitionRows.DecodeWatermark(row);
                    break;
                case var _ when key.StartsWith(PartitionRows.RevocationsBegin, StringComparison.Ordinal):
                    revocations.Add(PartitionRows.DecodeRevocation(row));
                    break;
                default:
                    throw new FormatException($"There is no row {key} about a partition.");
            }
        }

        _partition.Restore(ownership, received);
        _revocations.Restore(revocations, watermark);
    }

    private void Advance(ulong index, ulong term)
    {
        Invariant.Check(
            index == _metadata.AppliedIndex + 1 && term >= _metadata.AppliedTerm,
            $"Entry {index}@{term} cannot be applied after {_metadata.AppliedIndex}@{_metadata.AppliedTerm}.");
        _metadata = _metadata with { AppliedIndex = index, AppliedTerm = term };
    }

    private ApplyResult ApplyAlarmed(ulong index, Command command)
    {
        // Also for the cluster's metadata: replicas whose data differ might not agree whether a condition holds, and then each of them
        // would go on with a cluster of its own. What is in the table stays readable, and clearing the alarm goes without a write of it.
        if (command is not AlarmCommand && _alarms.IsOn(AlarmKind.Corrupt))
        {
            return ApplyResult.Refused(ApplyError.Corrupt);
        }

        // Before the space that this partition lacks: the one that owns the keys may have it.
        if (!Ownership.IsWhole && !IsWithinOwnership(command))
        {
            return ApplyResult.Refused(ApplyError.WrongPartition);
        }

        return NeedsSpace(command) && _alarms.IsOn(AlarmKind.NoSpace)
            ? ApplyResult.Refused(ApplyError.NoSpace)
            : ApplyChecked(index, command);
    }

    /// <summary>What moves keys and leases between partitions looks at the phase itself, and alarms are about members.</summary>
    private bool IsWithinOwnership(Command command) => command switch
    {
        PutCommand put => Ownership.Owns(put.Put.Key),
        DeleteRangeCommand delete => Ownership.Owns(delete.Delete.Range),
        TxnCommand txn => TxnScope.IsWithin(txn.Txn, Ownership),
        PartitionCommand or SharedLeaseCommand or AlarmCommand => true,
        _ => Ownership.Phase == PartitionPhase.Serving,
    };

    private ApplyResult ApplyChecked(ulong index, Command command)
    {
        switch (command)
        {
            case PutCommand put:
                var putError = _txns.Check(put.Put);
                return putError == ApplyError.None ? ApplyResult.Done(_txns.Execute(put.Put)) : ApplyResult.Refused(putError);
            case DeleteRangeCommand delete:
                return ApplyResult.Done(_txns.Execute(delete.Delete));
            case TxnCommand txn:
                var txnError = _txns.Execute(txn.Txn, out var txnResult);
                return txnError == ApplyError.None ? ApplyResult.Done(txnResult) : ApplyResult.Refused(txnError);
            case CompactCommand compact:
                return ApplyCompact(compact);
            case LeaseGrantCommand grant:
                return _leaseCommands.Grant(grant, index);
            case LeaseRevokeCommand revoke:
                return _leaseCommands.Revoke(revoke, index);
            case LeaseCheckpointCommand checkpoint:
                return _leaseCommands.Checkpoint(checkpoint);
            case SharedLeaseCommand lease:
                return _leaseCommands.Apply(lease, index, Ownership.Phase);
            case PartitionCommand partition:
                return _partition.Apply(partition);
            case AlarmCommand alarm:
                var concerned = _alarms.Apply(alarm);
                _metadata = _metadata with { Alarms = _alarms.All };
                return new ApplyResult(ApplyError.None, null, 0, concerned);
            case MetadataWriteCommand metadata:
                return ApplyResult.Done(_clusterMetadata.Apply(metadata));
            default:
                throw new InvariantViolationException($"There is no way to apply a {command.GetType().Name}.");
        }
    }

    private ApplyResult ApplyCompact(CompactCommand compact)
    {
        if (compact.Revision > _writer.Revision)
        {
            return ApplyResult.Refused(ApplyError.FutureRevision);
        }

        if (compact.Revision <= _writer.CompactRevision)
        {
            return ApplyResult.Refused(ApplyError.Compacted);
        }

        _writer.CompactRevision = compact.Revision;
        _partition.OnCompacted();
        return ApplyResult.Done(null);
    }

    /// <summary>
    /// What clients write. The cluster's metadata are small and never count: a cluster that is full must still be able to form. Nor does
    /// what moves keys or leases between partitions: space may be had by it.
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
}
