namespace Coordination.StateMachine;

/// <summary>Carries out a transaction that only reads, on a view, without the log.</summary>
internal static class ReadOnlyTxn
{
    public static ApplyError Execute(StoreView view, TxnOperation txn, out TxnResult? result)
    {
        result = null;
        if (!view.Ownership.IsWhole && !TxnScope.IsWithin(txn, view.Ownership))
        {
            return ApplyError.WrongPartition;
        }

        var error = new ComparisonEvaluator(view).Evaluate(txn.Comparisons, out bool succeeded);
        if (error != ApplyError.None)
        {
            return error;
        }

        var chosen = succeeded ? txn.Success : txn.Failure;
        var results = new OperationResult[chosen.Count];
        var revisions = new long[chosen.Count];
        for (int i = 0; i < results.Length; i++)
        {
            var range = chosen[i] as RangeOperation
                ?? throw new ArgumentException($"A {chosen[i].GetType().Name} cannot be carried out without the log.", nameof(txn));
            error = view.Read(range, out var read);
            if (error != ApplyError.None)
            {
                return error;
            }

            results[i] = read;
            revisions[i] = view.Revision;
        }

        result = new TxnResult(succeeded, results, revisions);
        return ApplyError.None;
    }
}
