namespace Coordination.StateMachine;

/// <summary>
/// Whether a partition may carry out a transaction: only if it owns every key that any comparison or operation names, also those of the
/// branch that is not taken. So whether it is refused does not depend on what the comparisons find.
/// </summary>
internal static class TxnScope
{
    public static bool IsWithin(TxnOperation txn, Ownership ownership)
    {
        foreach (var comparison in txn.Comparisons)
        {
            if (!ownership.Owns(comparison.Range))
            {
                return false;
            }
        }

        return AreWithin(txn.Success, ownership) && AreWithin(txn.Failure, ownership);
    }

    private static bool AreWithin(IReadOnlyList<Operation> operations, Ownership ownership)
    {
        foreach (var operation in operations)
        {
            bool isWithin = operation switch
            {
                PutOperation put => ownership.Owns(put.Key),
                DeleteRangeOperation delete => ownership.Owns(delete.Range),
                RangeOperation range => ownership.Owns(range.Range),
                TxnOperation inner => IsWithin(inner, ownership),
                _ => true,
            };
            if (!isWithin)
            {
                return false;
            }
        }

        return true;
    }
}
