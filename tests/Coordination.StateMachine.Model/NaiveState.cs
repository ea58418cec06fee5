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

    /// <summary>Where the state is now.</summary>
    public NaiveMoment Moment { get; private set; } = new(
        1, -1, ImmutableSortedDictionary<long, StoredLease>.Empty, ImmutableSortedSet<Alarm>.Empty, 0,
        ImmutableSortedDictionary.Create<string, (long Version, string Value)>(StringComparer.Ordinal));

    /// <summary>The current revision.</summary>
    public long Revision => Moment.Revision;

    private Dictionary<string, KeyValue> Now => _history[^1];

    /// <summary>Applies a command.</summary>
    public ApplyResult Apply(Command command)
    {
        var refusal = FindAlarm(command);
        var (error, result, alarms) = refusal == ApplyError.None ? Execute(command) : (refusal, null, null);
        Moment = Moment with { Revision = _history.Count - 1 };
        return new ApplyResult(error, result, Revision, alarms);
    }

    /// <summary>Reads a range as of a moment.</summary>
    public (ApplyError Error, RangeResult Result) Read(RangeOperation range, NaiveMoment moment) =>
        Read(range, moment.Revision, moment.CompactRevision, null);

    /// <summary>The keys of a lease as of a moment, in order.</summary>
    public IEnumerable<byte[]> LeaseKeys(long id, NaiveMoment moment) =>
        InRange(_history[(int)moment.Revision], KeyRange.Between([], null)).Where(item => item.Lease == id).Select(item => item.Key);

    /// <summary>
    /// Every change from a revision up to a moment, deletions with a version of 0: what a watch that starts there is told.
    /// </summary>
    public IEnumerable<KeyValue> ChangesFrom(long first, NaiveMoment moment)
    {
        for (long revision = Math.Max(first, 1); revision <= moment.Revision; revision++)
        {
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
        var older = _history[(int)Math.Max(moment.CompactRevision, 1)].Values.Where(item => item.ModRevision < moment.CompactRevision);
        return older
            .OrderBy(item => item.ModRevision)
            .ThenBy(item => Name(item.Key), StringComparer.Ordinal)
            .Concat(ChangesFrom(moment.CompactRevision, moment));
    }

    private static bool IsPut(Operation operation) =>
        operation is PutOperation || (operation is TxnOperation txn && txn.Success.Concat(txn.Failure).Any(IsPut));

    private ApplyError FindAlarm(Command command)
    {
        bool grows = command is PutCommand or LeaseGrantCommand || (command is TxnCommand txn && IsPut(txn.Txn));
        return command is AlarmCommand ? ApplyError.None
            : Moment.Alarms.Any(alarm => alarm.Kind == AlarmKind.Corrupt) ? ApplyError.Corrupt
            : grows && Moment.Alarms.Any(alarm => alarm.Kind == AlarmKind.NoSpace) ? ApplyError.NoSpace
            : ApplyError.None;
    }

    private (ApplyError Error, OperationResult? Result, IReadOnlyList<Alarm>? Alarms) Execute(Command command)
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
            case LeaseGrantCommand grant when Moment.Leases.ContainsKey(grant.Id):
                return (ApplyError.LeaseExists, null, null);
            case LeaseGrantCommand grant:
                Moment = Moment with { Leases = Moment.Leases.Add(grant.Id, new StoredLease(grant.Id, grant.TtlSeconds, 0)) };
                return default;
            case LeaseRevokeCommand revoke:
                return (Revoke(revoke.Id), null, null);
            case LeaseCheckpointCommand checkpoint:
                foreach (var left in checkpoint.Remaining.Where(left => Moment.Leases.ContainsKey(left.Id)))
                {
                    var lease = Moment.Leases[left.Id] with { RemainingSeconds = left.Seconds };
                    Moment = Moment with { Leases = Moment.Leases.SetItem(left.Id, lease) };
                }

                return default;
            case AlarmCommand alarm:
                return (ApplyError.None, null, Set(alarm));
            case MetadataWriteCommand metadata:
                return (ApplyError.None, Write(metadata), null);
            default:
                throw new ArgumentException(command.ToString());
        }
    }

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

    private MetadataWriteResult Write(MetadataWriteCommand command)
    {
        if (!command.Writes.All(write => Holds(write.Condition, Moment.Metadata.GetValueOrDefault(write.Key).Version)))
        {
            return new MetadataWriteResult(false, Moment.MetadataVersion);
        }

        long version = Moment.MetadataVersion + 1;
        var gone = command.Writes.Where(write => write.Value is null).Select(write => write.Key);
        var written = command.Writes.Where(write => write.Value is not null)
            .Select(write => KeyValuePair.Create(write.Key, (version, Convert.ToHexString(write.Value!.Value.Span))));
        Moment = Moment with { MetadataVersion = version, Metadata = Moment.Metadata.RemoveRange(gone).SetItems(written) };
        return new MetadataWriteResult(true, version);
    }

    /// <summary>Whether a condition holds of a row with that version; 0 when there is none.</summary>
    private static bool Holds(MetadataCondition condition, long version) => condition.Kind switch
    {
        MetadataConditionKind.None => true,
        MetadataConditionKind.Absent => version == 0,
        MetadataConditionKind.Present => version > 0,
        _ => version > 0 && version == condition.Version,
    };

    private ApplyError Revoke(long id)
    {
        if (!Moment.Leases.ContainsKey(id))
        {
            return ApplyError.LeaseNotFound;
        }

        Moment = Moment with { Leases = Moment.Leases.Remove(id) };
        var next = Now.Where(pair => pair.Value.Lease != id).ToDictionary();
        if (next.Count != Now.Count)
        {
            _history.Add(next);
        }

        return ApplyError.None;
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
        foreach (var operation in Holds(txn, Now) ? txn.Success : txn.Failure)
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
        bool holds = Holds(txn, before);
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
                    var gone = InRange(next, delete.Range).ToList();
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

    private static bool Holds(TxnOperation txn, Dictionary<string, KeyValue> state) => txn.Comparisons.All(comparison =>
    {
        var items = InRange(state, comparison.Range).Cast<KeyValue?>().ToList();
        if (items.Count == 0)
        {
            items.Add(null);
        }

        return items.All(item => Holds(comparison, item));
    });

    private static bool Holds(Comparison comparison, KeyValue? item)
    {
        if (comparison.Target == CompareTarget.Value && item is null)
        {
            return false;
        }

        int order = comparison.Target switch
        {
            CompareTarget.Version => (item?.Version ?? 0).CompareTo(comparison.Number),
            CompareTarget.Create => (item?.CreateRevision ?? 0).CompareTo(comparison.Number),
            CompareTarget.Mod => (item?.ModRevision ?? 0).CompareTo(comparison.Number),
            CompareTarget.Lease => (item?.Lease ?? 0).CompareTo(comparison.Number),
            _ => string.CompareOrdinal(
                Convert.ToHexString(item!.Value.Span), Convert.ToHexString(comparison.Value.Span)),
        };
        return comparison.Result switch
        {
            CompareResult.Equal => order == 0,
            CompareResult.NotEqual => order != 0,
            CompareResult.Less => order < 0,
            _ => order > 0,
        };
    }

    private static IEnumerable<KeyValue> InRange(Dictionary<string, KeyValue> state, KeyRange range) => NaiveRange.Select(range, state);

    private static string Name(byte[] key) => Convert.ToHexString(key);
}
