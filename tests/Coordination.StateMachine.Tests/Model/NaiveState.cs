namespace Coordination.StateMachine.Tests;

/// <summary>
/// The state machine as simply as it can be written: a copy of all keys for every revision, conditions and ranges by looking at everything.
/// Slow, and different enough from the real one to disagree with its mistakes.
/// </summary>
internal sealed class NaiveState
{
    private readonly List<Dictionary<string, KeyValue>> _history = [[], []];
    private readonly SortedDictionary<long, long> _leases = [];

    public long Revision => _history.Count - 1;

    public long CompactRevision { get; private set; } = -1;

    private Dictionary<string, KeyValue> Now => _history[^1];

    public IEnumerable<long> LeaseIds => _leases.Keys;

    public IEnumerable<byte[]> LeaseKeys(long id) =>
        Now.Values.Where(item => item.Lease == id).Select(item => item.Key).OrderBy(Convert.ToHexString, StringComparer.Ordinal);

    public (ApplyError Error, OperationResult? Result) Apply(Command command)
    {
        switch (command)
        {
            case PutCommand { Put: { Lease: not 0 } put } when !_leases.ContainsKey(put.Lease):
                return (ApplyError.LeaseNotFound, null);
            case PutCommand put:
                return Execute(new TxnOperation([], [put.Put], []), unwrap: true);
            case DeleteRangeCommand delete:
                return Execute(new TxnOperation([], [delete.Delete], []), unwrap: true);
            case TxnCommand txn:
                return Execute(txn.Txn, unwrap: false);
            case CompactCommand compact:
                var error = compact.Revision > Revision ? ApplyError.FutureRevision
                    : compact.Revision <= CompactRevision ? ApplyError.Compacted : ApplyError.None;
                CompactRevision = error == ApplyError.None ? compact.Revision : CompactRevision;
                return (error, null);
            case LeaseGrantCommand grant:
                return (_leases.TryAdd(grant.Id, grant.TtlSeconds) ? ApplyError.None : ApplyError.LeaseExists, null);
            case LeaseRevokeCommand revoke:
                return Revoke(revoke.Id);
            default:
                throw new ArgumentException(command.ToString());
        }
    }

    public (ApplyError Error, RangeResult Result) Read(RangeOperation range) =>
        Read(range, _history, Revision);

    /// <summary>
    /// The changes that must remain when the last compaction is carried out: what was current at the compact revision, every change from
    /// there on, and the deletions at the compact revision itself, since a watch may start there.
    /// </summary>
    public IEnumerable<string> RemainingChanges()
    {
        long first = Math.Max(CompactRevision, 1);
        var remaining = _history[(int)first].Values.Select(item => (Revision: item.ModRevision, Key: Name(item.Key), Kind: "put"));
        for (long revision = first; revision <= Revision; revision++)
        {
            remaining = remaining.Concat(Changes(revision));
        }

        return remaining.Distinct().Order().Select(change => $"{change.Revision} {change.Kind} {change.Key}");
    }

    private IEnumerable<(long Revision, string Key, string Kind)> Changes(long revision)
    {
        var before = _history[(int)revision - 1];
        var after = _history[(int)revision];
        var written = after.Values.Where(item => item.ModRevision == revision).Select(item => (revision, Name(item.Key), "put"));
        return written.Concat(before.Keys.Where(key => !after.ContainsKey(key)).Select(key => (revision, key, "delete")));
    }

    private (ApplyError Error, OperationResult? Result) Revoke(long id)
    {
        if (!_leases.Remove(id))
        {
            return (ApplyError.LeaseNotFound, null);
        }

        var next = Now.Where(pair => pair.Value.Lease != id).ToDictionary();
        if (next.Count != Now.Count)
        {
            _history.Add(next);
        }

        return (ApplyError.None, null);
    }

    private (ApplyError Error, OperationResult? Result) Execute(TxnOperation txn, bool unwrap)
    {
        var next = new Dictionary<string, KeyValue>(Now);
        bool changed = false;
        var error = Check(txn);
        if (error != ApplyError.None)
        {
            return (error, null);
        }

        var before = Now;
        var result = Run(txn, before, next, ref changed);
        if (changed)
        {
            _history.Add(next);
        }

        return (ApplyError.None, unwrap ? result.Results[0] : result);
    }

    private ApplyError Check(TxnOperation txn)
    {
        foreach (var operation in Holds(txn, Now) ? txn.Success : txn.Failure)
        {
            var error = operation switch
            {
                PutOperation put when (put.IgnoreValue || put.IgnoreLease) && !Now.ContainsKey(Name(put.Key)) => ApplyError.KeyNotFound,
                PutOperation put when put.Lease != 0 && !_leases.ContainsKey(put.Lease) => ApplyError.LeaseNotFound,
                RangeOperation range when range.Revision > Revision => ApplyError.FutureRevision,
                RangeOperation range when range.Revision > 0 && range.Revision < CompactRevision => ApplyError.Compacted,
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
                    List<Dictionary<string, KeyValue>> history = changed ? [.. _history, next] : _history;
                    results.Add(Read(range, history, history.Count - 1).Result);
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

    private (ApplyError Error, RangeResult Result) Read(
        RangeOperation range, List<Dictionary<string, KeyValue>> history, long current)
    {
        long at = range.Revision <= 0 ? current : range.Revision;
        if (at > current || at < CompactRevision)
        {
            return (at > current ? ApplyError.FutureRevision : ApplyError.Compacted, new RangeResult([], 0, false));
        }

        var all = InRange(history[(int)at], range.Range).ToList();
        if (range.CountOnly)
        {
            return (ApplyError.None, new RangeResult([], all.Count, false));
        }

        var items = all.Where(item =>
            (range.MinModRevision == 0 || item.ModRevision >= range.MinModRevision)
            && (range.MaxModRevision == 0 || item.ModRevision <= range.MaxModRevision)
            && (range.MinCreateRevision == 0 || item.CreateRevision >= range.MinCreateRevision)
            && (range.MaxCreateRevision == 0 || item.CreateRevision <= range.MaxCreateRevision));
        items = range.Target switch
        {
            SortTarget.Version => Sort(items, range.Order, item => item.Version),
            SortTarget.Create => Sort(items, range.Order, item => item.CreateRevision),
            SortTarget.Mod => Sort(items, range.Order, item => item.ModRevision),
            SortTarget.Value => Sort(items, range.Order, item => Convert.ToHexString(item.Value.Span)),
            _ => range.Order == SortOrder.Descend ? items.Reverse() : items,
        };
        var sorted = items.ToList();
        bool more = range.Limit > 0 && sorted.Count > range.Limit;
        var cut = more ? sorted.Take((int)range.Limit) : sorted;
        return (
            ApplyError.None,
            new RangeResult([.. cut.Select(item => range.KeysOnly ? item with { Value = default } : item)], all.Count, more));
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

    private static IEnumerable<KeyValue> Sort<T>(IEnumerable<KeyValue> items, SortOrder order, Func<KeyValue, T> by)
    {
        var comparer = typeof(T) == typeof(string) ? (IComparer<T>)StringComparer.Ordinal : Comparer<T>.Default;
        return order == SortOrder.Descend ? items.OrderByDescending(by, comparer) : items.OrderBy(by, comparer);
    }

    private static IEnumerable<KeyValue> InRange(Dictionary<string, KeyValue> state, KeyRange range) =>
        state.Values.Where(item => range.Contains(item.Key)).OrderBy(item => Name(item.Key), StringComparer.Ordinal);

    private static string Name(byte[] key) => Convert.ToHexString(key);
}
