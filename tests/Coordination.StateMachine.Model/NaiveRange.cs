namespace Coordination.StateMachine.Model;

/// <summary>Answers a range request by sorting and filtering all keys.</summary>
internal static class NaiveRange
{
    /// <summary>The keys of a range, in order.</summary>
    public static IEnumerable<KeyValue> Select(KeyRange range, Dictionary<string, KeyValue> state) =>
        state.Where(pair => range.Contains(pair.Value.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value);

    /// <summary>The answer to a request, whatever revision it names.</summary>
    public static RangeResult Read(RangeOperation range, Dictionary<string, KeyValue> state)
    {
        var all = Select(range.Range, state).ToList();
        if (range.CountOnly)
        {
            return new RangeResult([], all.Count, false);
        }

        var sorted = Sort(range, all.Where(item => Passes(range, item))).ToList();
        bool more = range.Limit > 0 && sorted.Count > range.Limit;
        var cut = more ? sorted.Take((int)range.Limit) : sorted;
        return new RangeResult([.. cut.Select(item => range.KeysOnly ? item with { Value = default } : item)], all.Count, more);
    }

    private static bool Passes(RangeOperation range, KeyValue item) =>
        (range.MinModRevision == 0 || item.ModRevision >= range.MinModRevision)
        && (range.MaxModRevision == 0 || item.ModRevision <= range.MaxModRevision)
        && (range.MinCreateRevision == 0 || item.CreateRevision >= range.MinCreateRevision)
        && (range.MaxCreateRevision == 0 || item.CreateRevision <= range.MaxCreateRevision);

    private static IEnumerable<KeyValue> Sort(RangeOperation range, IEnumerable<KeyValue> items) => range.Target switch
    {
        SortTarget.Version => Sort(items, range.Order, item => item.Version),
        SortTarget.Create => Sort(items, range.Order, item => item.CreateRevision),
        SortTarget.Mod => Sort(items, range.Order, item => item.ModRevision),
        SortTarget.Value => Sort(items, range.Order, item => Convert.ToHexString(item.Value.Span)),
        _ => range.Order == SortOrder.Descend ? items.Reverse() : items,
    };

    private static IEnumerable<KeyValue> Sort<T>(IEnumerable<KeyValue> items, SortOrder order, Func<KeyValue, T> by)
    {
        var comparer = typeof(T) == typeof(string) ? (IComparer<T>)StringComparer.Ordinal : Comparer<T>.Default;
        return order == SortOrder.Descend ? items.OrderByDescending(by, comparer) : items.OrderBy(by, comparer);
    }
}
