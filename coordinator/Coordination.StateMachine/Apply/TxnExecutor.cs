namespace Coordination.StateMachine;

/// <summary>
/// Carries out a transaction: first all comparisons, those of nested transactions too, on the state before it; then a check of the chosen
/// path, which refuses the whole; then the operations, which cannot fail any more.
/// </summary>
internal sealed class TxnExecutor(MvccWriter writer, LeaseTable leases)
{
    /// <summary>Checks and, if nothing speaks against it, executes.</summary>
    public ApplyError Execute(TxnOperation txn, out TxnResult? result)
    {
        result = null;
        var plan = Plan(txn, writer.ViewInWrite);
        var error = Check(plan);
        if (error != ApplyError.None)
        {
            return error;
        }

        result = Execute(plan);
        return ApplyError.None;
    }

    /// <summary>What speaks against a put that stands alone. As in etcd, a missing lease is told before a missing key.</summary>
    public ApplyError Check(PutOperation put) =>
        LacksLease(put) ? ApplyError.LeaseNotFound : LacksKey(put) ? ApplyError.KeyNotFound : ApplyError.None;

    /// <summary>Executes a put that was checked.</summary>
    public PutResult Execute(PutOperation put)
    {
        // Not looked for without need: most puts only want to write.
        bool needsPrevious = put.ReturnPrevious || put.IgnoreValue;
        var existing = needsPrevious || put.IgnoreLease ? writer.FindExisting(put.Key) : null;
        var previous = existing is not null && needsPrevious ? writer.Load(existing) : null;
        var value = put.IgnoreValue && previous is not null ? previous.Value : put.Value;
        long lease = put.IgnoreLease && existing is not null ? existing.Lease : put.Lease;
        writer.Put(put.Key, value, lease);
        return new PutResult(put.ReturnPrevious ? previous : null);
    }

    /// <summary>Executes a deletion.</summary>
    public DeleteRangeResult Execute(DeleteRangeOperation delete)
    {
        var existing = writer.Existing(delete.Range);
        var previous = new List<KeyValue>(delete.ReturnPrevious ? existing.Count : 0);
        foreach (var version in existing)
        {
            if (delete.ReturnPrevious)
            {
                previous.Add(writer.Load(version));
            }

            writer.Delete(version);
        }

        return new DeleteRangeResult(existing.Count, previous);
    }

    private static PlannedTxn Plan(TxnOperation txn, StoreView before)
    {
        var error = new ComparisonEvaluator(before).Evaluate(txn.Comparisons, out bool succeeded);
        Invariant.Check(error == ApplyError.None, $"A comparison with the present state failed with {error}.");
        var chosen = succeeded ? txn.Success : txn.Failure;
        var nested = new PlannedTxn?[chosen.Count];
        for (int i = 0; i < nested.Length; i++)
        {
            nested[i] = chosen[i] is TxnOperation inner ? Plan(inner, before) : null;
        }

        return new PlannedTxn(succeeded, chosen, nested);
    }

    private ApplyError Check(PlannedTxn plan)
    {
        for (int i = 0; i < plan.Operations.Count; i++)
        {
            var error = plan.Operations[i] switch
            {
                // As in etcd, the other way round than for a put that stands alone.
                PutOperation put when LacksKey(put) => ApplyError.KeyNotFound,
                PutOperation put when LacksLease(put) => ApplyError.LeaseNotFound,
                RangeOperation range => Check(range),
                TxnOperation => Check(plan.Nested[i]!),
                _ => ApplyError.None,
            };
            if (error != ApplyError.None)
            {
                return error;
            }
        }

        return ApplyError.None;
    }

    private bool LacksKey(PutOperation put) => (put.IgnoreValue || put.IgnoreLease) && writer.FindExisting(put.Key) is null;

    private bool LacksLease(PutOperation put) => put.Lease != 0 && !leases.Exists(put.Lease);

    private ApplyError Check(RangeOperation range)
    {
        if (range.Revision > writer.Revision)
        {
            return ApplyError.FutureRevision;
        }

        return range.Revision > 0 && range.Revision < writer.CompactRevision ? ApplyError.Compacted : ApplyError.None;
    }

    private TxnResult Execute(PlannedTxn plan)
    {
        var results = new OperationResult[plan.Operations.Count];
        var revisions = new long[results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = plan.Operations[i] switch
            {
                PutOperation put => Execute(put),
                DeleteRangeOperation delete => Execute(delete),
                RangeOperation range => Execute(range),
                _ => Execute(plan.Nested[i]!),
            };
            revisions[i] = writer.RevisionInWrite;
        }

        return new TxnResult(plan.Succeeded, results, revisions);
    }

    private RangeResult Execute(RangeOperation range)
    {
        var error = writer.ViewInWrite.Read(range, out var result);
        Invariant.Check(error == ApplyError.None, $"A read inside a transaction failed with {error} after it was checked.");
        return result;
    }

    private sealed record PlannedTxn(bool Succeeded, IReadOnlyList<Operation> Operations, PlannedTxn?[] Nested);
}
