using System.Collections.Immutable;

namespace Coordination.StateMachine.Model;

/// <summary>
/// The state machine as simply as it can be written: a copy of all keys for every revision, conditions and ranges by looking at everything.
/// Slow, and different enough from the real one to disagree with its mistakes. Since it forgets nothing, it can also tell what a replica
/// must show that is behind: questions may be asked as of any <see cref="NaiveMoment"/>.
/// </summary>
internal sealed class NaiveState
{
    private readonly List<Dictionary<string, KeyValue>> _history = [[], []];
    private readonly HashSet<long> _hidden = [];

    /// <summary>Where the state is now.</summary>
    public NaiveMoment Moment { get; private set; } = new(
        1, -1, ImmutableSortedDictionary<long, StoredLease>.Empty, ImmutableSortedSet<Alarm>.Empty, 0,
        ImmutableSortedDictionary.Create<string, (long Version, string Value)>(StringComparer.Ordinal));

    /// <summary>The current revision.</summary>
    public long Revision => Moment.Revision;

    /// <summary>The keys as they are.</summary>
    public Dictionary<string, KeyValue> Now => _history[^1];

    /// <summary>Begins as a partition that takes its keys over from another one.</summary>
    public static NaiveState Receiving()
    {
        var state = new NaiveState();
        state.Moment = state.Moment with { Ownership = new NaiveOwnership { Phase = PartitionPhase.Receiving } };
        return state;
    }

    /// <summary>Applies the command of a log entry.</summary>
    public ApplyResult Apply(ulong index, Command command)
    {
        var refusal = FindRefusal(command);
        var (error, result, alarms) = refusal == ApplyError.None ? Execute(index, command) : (refusal, null, null);
        Moment = Moment with { Revision = _history.Count - 1 };
        return new ApplyResult(error, result, Revision, alarms);
    }

    /// <summary>Writes a revision with other keys; nobody is told of a hidden one.</summary>
    public void Write(Dictionary<string, KeyValue> next, bool isHidden)
    {
        _history.Add(next);
        if (isHidden)
        {
            _hidden.Add(_history.Count - 1);
        }
    }

    /// <summary>Goes on to a later revision with the keys as they are, and forgets how they got there.</summary>
    public void Skip(long revision, Dictionary<string, KeyValue> keys)
    {
        while (_history.Count <= revision)
        {
            _history.Add(keys);
        }

        Moment = Moment with { CompactRevision = _history.Count - 1 };
    }

    /// <summary>Changes what is known beside the keys.</summary>
    public void Set(NaiveMoment moment) => Moment = moment;

    /// <summary>Reads a range as of a moment.</summary>
    public (ApplyError Error, RangeResult Result) Read(RangeOperation range, NaiveMoment moment) =>
        moment.Ownership.Owns(range)
            ? Read(range, moment.Revision, moment.CompactRevision, null)
            : (ApplyError.WrongPartition, new RangeResult([], 0, false));

    /// <summary>The keys of a prefix as they were at a revision.</summary>
    public IEnumerable<KeyValue> KeysAt(byte[] prefix, long revision) =>
        NaiveRange.Select(KeyRange.OfPrefix(prefix), _history[(int)revision]);

    /// <summary>The keys of a lease as of a moment, in order.</summary>
    public IEnumerable<byte[]> LeaseKeys(long id, NaiveMoment moment) =>
        KeysAt([], moment.Revision).Where(item => item.Lease == id).Select(item => item.Key);

    /// <summary>
    /// Every change from a revision up to a moment, deletions with a version of 0: what a watch that starts there is told.
    /// </summary>
    public IEnumerable<KeyValue> ChangesFrom(long first, NaiveMoment moment) => ChangesFrom(first, moment, _hidden);

    private IEnumerable<KeyValue> ChangesFrom(long first, NaiveMoment moment, HashSet<long> hidden)
    {
        for (long revision = Math.Max(first, 1); revision <= moment.Revision; revision++)
        {
            if (hidden.Contains(revision))
            {
                continue;
            }

            foreach (var change in Changes(revision).OrderBy(item => Name(item.Key), StringComparer.Ordinal))
            {
                yield return change;
            }
        }
    }

    /// <summary>What a watch may show as the key before a change: null when there was none, or none that may still be read.</summary>
    public KeyValue? Before(KeyValue change, NaiveMoment moment) =>
        change.ModRevision > moment.CompactRevision
            ? _history[(int)change.ModRevision - 1].GetValueOrDefault(Name(change.Key))
            : null;

    /// <summary>
    /// The changes that must remain when the last compaction is carried out: what was current at the compact revision, and every change
    /// from there on, with the deletions at the compact revision itself, since a watch may start there.
    /// </summary>
    public IEnumerable<KeyValue> RemainingChanges(NaiveMoment moment)
    {
        if (moment.Ownership.Phase == PartitionPhase.Receiving)
        {
            return Now.OrderBy(pair => pair.Value.ModRevision).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value);
        }

        long first = moment.RemovalRevision;
        var older = _history[(int)Math.Max(first, 1)].Values.Where(item => item.ModRevision < first);
        return older
            .OrderBy(item => item.ModRevision)
            .ThenBy(item => Name(item.Key), StringComparer.Ordinal)
            .Concat(ChangesFrom(first, moment, []));
    }

    private static bool IsPut(Operation operation) =>
        operation is PutOperation || (operation is TxnOperation txn && txn.Success.Concat(txn.Failure).Any(IsPut));

    private bool HasTaken(long lease) => Moment.Leases.ContainsKey(lease) || Moment.Revocations.Values.Any(pending => pending.Lease == lease);

    private ApplyError FindRefusal(Command command)
    {
        bool grows = command is PutCommand or LeaseGrantCommand || (command is TxnCommand txn && IsPut(txn.Txn));
        return command is AlarmCommand ? ApplyError.None
            : Moment.Alarms.Any(alarm => alarm.Kind == AlarmKind.Corrupt) ? ApplyError.Corrupt
            : !Moment.Ownership.Allows(command) ? ApplyError.WrongPartition
            : grows && Moment.Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace) ? ApplyError.NoSpace
            : ApplyError.None;
    }

    private (ApplyError Error, OperationResult? Result, IReadOnlyList<Alarm>? Alarms) Execute(ulong index, Command command)
    {
        switch (command)
        {
            case PutCommand { Put: { Lease: not 0 } put } when !Moment.Leases.ContainsKey(put.Lease):
                return (ApplyError.LeaseNotFound, null, null);
            case PutCommand put:
                return Execute(new TxnOperation([], [put.Put], []), unwrap: true);
            case DeleteRangeCommand delete:
                return Execute(new TxnOperation([], [delete.Delete], []), unwrap: true);
            case TxnCommand txn:
                return Execute(txn.Txn, unwrap: false);
            case CompactCommand compact:
                var error = compact.Revision > Revision ? ApplyError.FutureRevision
                    : compact.Revision <= Moment.CompactRevision ? ApplyError.Compacted : ApplyError.None;
                Moment = error == ApplyError.None ? Moment with { CompactRevision = compact.Revision } : Moment;
                return (error, null, null);
            case LeaseGrantCommand grant when HasTaken(grant.Id):
                return (ApplyError.LeaseExists, null, null);
            case LeaseGrantCommand grant:
                Moment = Moment with { Leases = Moment.Leases.Add(grant.Id, new StoredLease(grant.Id, grant.TtlSeconds, 0, index)) };
                return default;
            case LeaseRevokeCommand revoke:
                return (new NaiveLeases(this).Revoke(revoke.Id, index), null, null);
            case LeaseCheckpointCommand checkpoint:
                foreach (var left in checkpoint.Remaining.Where(left => HasLease(left.Id)))
                {
                    var lease = Moment.Leases[left.Id] with { RemainingSeconds = left.Seconds };
                    Moment = Moment with { Leases = Moment.Leases.SetItem(left.Id, lease) };
                }

                return default;
            case SharedLeaseCommand lease:
                var (leaseError, leaseResult) = new NaiveLeases(this).Apply(lease, index);
                return (leaseError, leaseResult, null);
            case PartitionCommand partition:
                var (partitionError, partitionResult) = new NaivePartition(this).Apply(partition);
                return (partitionError, partitionResult, null);
            case AlarmCommand alarm:
                return (ApplyError.None, null, Set(alarm));
            case MetadataWriteCommand metadata:
                return (ApplyError.None, new NaiveMetadata(this).Write(metadata), null);
            default:
                throw new ArgumentException(command.ToString());
        }
    }

    private bool HasLease(long id) => Moment.Leases.TryGetValue(id, out var lease) && !lease.IsShadow;

    private List<Alarm> Set(AlarmCommand command)
    {
        if (command.Action == AlarmAction.Activate)
        {
            var raised = new Alarm(command.Member, command.Kind);
            Moment = Moment with { Alarms = Moment.Alarms.Add(raised) };
            return [raised];
        }

        var cleared = Moment.Alarms
            .Where(alarm => command.Member == 0 || command.Member == alarm.Member)
            .Where(alarm => command.Kind == AlarmKind.None || command.Kind == alarm.Kind)
            .ToList();
        Moment = Moment with { Alarms = Moment.Alarms.Except(cleared) };
        return cleared;
    }

    private (ApplyError Error, OperationResult? Result, IReadOnlyList<Alarm>? Alarms) Execute(TxnOperation txn, bool unwrap)
    {
        var error = Check(txn);
        if (error != ApplyError.None)
        {
            return (error, null, null);
        }

        var next = new Dictionary<string, KeyValue>(Now);
        bool changed = false;
        var result = Run(txn, Now, next, ref changed);
        if (changed)
        {
            _history.Add(next);
        }

        return (ApplyError.None, unwrap ? result.Results[0] : result, null);
    }

    private ApplyError Check(TxnOperation txn)
    {
        foreach (var operation in NaiveComparison.Hold(txn, Now) ? txn.Success : txn.Failure)
        {
            var error = operation switch
            {
                PutOperation put when (put.IgnoreValue || put.IgnoreLease) && !Now.ContainsKey(Name(put.Key)) => ApplyError.KeyNotFound,
                PutOperation put when put.Lease != 0 && !Moment.Leases.ContainsKey(put.Lease) => ApplyError.LeaseNotFound,
                RangeOperation range when range.Revision > Revision => ApplyError.FutureRevision,
                RangeOperation range when range.Revision > 0 && range.Revision < Moment.CompactRevision => ApplyError.Compacted,
                TxnOperation inner => Check(inner),
                _ => ApplyError.None,
            };
            if (error != ApplyError.None)
            {
                return error;
            }
        }

        return ApplyError.None;
    }

    private TxnResult Run(
        TxnOperation txn, Dictionary<string, KeyValue> before, Dictionary<string, KeyValue> next, ref bool changed)
    {
        bool holds = NaiveComparison.Hold(txn, before);
        var results = new List<OperationResult>();
        var revisions = new List<long>();
        foreach (var operation in holds ? txn.Success : txn.Failure)
        {
            switch (operation)
            {
                case PutOperation put:
                    results.Add(Run(put, next));
                    changed = true;
                    break;
                case DeleteRangeOperation delete:
                    var gone = NaiveRange.Select(delete.Range, next).ToList();
                    gone.ForEach(item => next.Remove(Name(item.Key)));
                    changed |= gone.Count > 0;
                    results.Add(new DeleteRangeResult(gone.Count, delete.ReturnPrevious ? gone : []));
                    break;
                case RangeOperation range:
                    results.Add(Read(range, Revision + (changed ? 1 : 0), Moment.CompactRevision, next).Result);
                    break;
                case TxnOperation inner:
                    results.Add(Run(inner, before, next, ref changed));
                    break;
                default:
                    throw new ArgumentException(operation.ToString());
            }

            revisions.Add(Revision + (changed ? 1 : 0));
        }

        return new TxnResult(holds, results, revisions);
    }

    private PutResult Run(PutOperation put, Dictionary<string, KeyValue> next)
    {
        next.TryGetValue(Name(put.Key), out var old);
        next[Name(put.Key)] = new KeyValue(
            put.Key,
            put.IgnoreValue ? old!.Value : put.Value,
            old?.CreateRevision ?? Revision + 1,
            Revision + 1,
            (old?.Version ?? 0) + 1,
            put.IgnoreLease ? old!.Lease : put.Lease);
        return new PutResult(put.ReturnPrevious ? old : null);
    }

    /// <summary>Reads; <paramref name="pending"/> is what a transaction under way has made of the revision behind the history.</summary>
    private (ApplyError Error, RangeResult Result) Read(
        RangeOperation range, long current, long compacted, Dictionary<string, KeyValue>? pending)
    {
        long at = range.Revision <= 0 ? current : range.Revision;
        if (at > current || at < compacted)
        {
            return (at > current ? ApplyError.FutureRevision : ApplyError.Compacted, new RangeResult([], 0, false));
        }

        return (ApplyError.None, NaiveRange.Read(range, at < _history.Count ? _history[(int)at] : pending!));
    }

    private IEnumerable<KeyValue> Changes(long revision)
    {
        var before = _history[(int)revision - 1];
        var after = _history[(int)revision];
        var written = after.Values.Where(item => item.ModRevision == revision);
        var deleted = before.Values.Where(item => !after.ContainsKey(Name(item.Key)));
        return written.Concat(deleted.Select(item => new KeyValue(item.Key, default, 0, revision, 0, 0)));
    }

    private static string Name(byte[] key) => Convert.ToHexString(key);
}
