namespace Coordination.StateMachine;

/// <summary>The orders in which a range can be asked for. All sorts are stable, so that ties stay in key order.</summary>
internal static class Sorter
{
    /// <summary>Whether the order cannot be told from the index alone.</summary>
    public static bool NeedsValues(RangeOperation operation) => operation.Target == SortTarget.Value;

    /// <summary>Sorts by anything but the value.</summary>
    public static void Sort(List<KeyVersion> versions, RangeOperation operation)
    {
        switch (operation.Target)
        {
            case SortTarget.Key when operation.Order == SortOrder.Descend:
                versions.Reverse();
                break;
            case SortTarget.Version:
                SortBy(versions, operation.Order, static version => version.Version);
                break;
            case SortTarget.Create:
                SortBy(versions, operation.Order, static version => version.CreateRevision);
                break;
            case SortTarget.Mod:
                SortBy(versions, operation.Order, static version => version.Modified.Main);
                break;
            default:
                break;
        }
    }

    /// <summary>Sorts by the value, bytewise.</summary>
    public static void SortByValue(List<KeyValue> items, SortOrder order)
    {
        var sorted = items.ToArray();
        int sign = order == SortOrder.Descend ? -1 : 1;
        Array.Sort(
            sorted,
            (left, right) =>
            {
                int byValue = left.Value.Span.SequenceCompareTo(right.Value.Span) * sign;
                return byValue != 0 ? byValue : left.Key.AsSpan().SequenceCompareTo(right.Key);
            });
        items.Clear();
        items.AddRange(sorted);
    }

    private static void SortBy(List<KeyVersion> versions, SortOrder order, Func<KeyVersion, long> selector)
    {
        int sign = order == SortOrder.Descend ? -1 : 1;
        versions.Sort((left, right) =>
        {
            int bySelector = selector(left).CompareTo(selector(right)) * sign;
            return bySelector != 0 ? bySelector : left.Key.AsSpan().SequenceCompareTo(right.Key);
        });
    }
}
