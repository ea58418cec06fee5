namespace Coordination.StateMachine.Model;

/// <summary>The conditions of a transaction, for <see cref="NaiveState"/>.</summary>
internal static class NaiveComparison
{
    public static bool Hold(TxnOperation txn, Dictionary<string, KeyValue> state) => txn.Comparisons.All(comparison =>
    {
        var items = NaiveRange.Select(comparison.Range, state).Cast<KeyValue?>().ToList();
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
}
