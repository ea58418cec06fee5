namespace Coordination.StateMachine;

/// <summary>Evaluates the conditions of a transaction on the state that a view shows.</summary>
internal readonly struct ComparisonEvaluator(StoreView view)
{
    /// <summary>Whether all comparisons hold. Compacted, if the view is so old that a value it needs is gone.</summary>
    public ApplyError Evaluate(IReadOnlyList<Comparison> comparisons, out bool allHold)
    {
        allHold = true;
        var error = ApplyError.None;
        foreach (var comparison in comparisons)
        {
            error = Evaluate(comparison, out allHold);
            if (error != ApplyError.None || !allHold)
            {
                break;
            }
        }

        return error == ApplyError.None && !view.IsIntact(view.Revision) ? ApplyError.Compacted : error;
    }

    private ApplyError Evaluate(Comparison comparison, out bool holds)
    {
        if (comparison.Range.IsSingleKey)
        {
            return Evaluate(comparison, Existing(view.Index.Find(comparison.Range.Start)), out holds);
        }

        bool isEmpty = true;
        var cursor = view.Index.Scan(comparison.Range);
        while (cursor.MoveNext())
        {
            if (Existing(cursor.Current) is not { } version)
            {
                continue;
            }

            isEmpty = false;
            var error = Evaluate(comparison, version, out holds);
            if (error != ApplyError.None || !holds)
            {
                return error;
            }
        }

        holds = true;
        return isEmpty ? Evaluate(comparison, null, out holds) : ApplyError.None;
    }

    /// <summary>
    /// Compares with one key. A missing one counts as all zero, except that it has no value that could be compared with anything.
    /// </summary>
    private ApplyError Evaluate(Comparison comparison, KeyVersion? version, out bool holds)
    {
        ReadOnlyMemory<byte>? value = null;
        if (comparison.Target == CompareTarget.Value)
        {
            holds = false;
            if (version is null)
            {
                return ApplyError.None;
            }

            value = view.FindValue(version);
            if (value is null)
            {
                return ApplyError.Compacted;
            }
        }

        holds = Holds(comparison, version, value);
        return ApplyError.None;
    }

    private KeyVersion? Existing(KeyVersion? newest) => newest?.At(view.Revision) is { IsTombstone: false } version ? version : null;

    private static bool Holds(Comparison comparison, KeyVersion? version, ReadOnlyMemory<byte>? value)
    {
        int order = comparison.Target switch
        {
            CompareTarget.Version => (version?.Version ?? 0).CompareTo(comparison.Number),
            CompareTarget.Create => (version?.CreateRevision ?? 0).CompareTo(comparison.Number),
            CompareTarget.Mod => (version?.Modified.Main ?? 0).CompareTo(comparison.Number),
            CompareTarget.Lease => (version?.Lease ?? 0).CompareTo(comparison.Number),
            CompareTarget.Value => (value ?? default).Span.SequenceCompareTo(comparison.Value.Span),
            _ => 0,
        };
        return comparison.Result switch
        {
            CompareResult.Equal => order == 0,
            CompareResult.NotEqual => order != 0,
            CompareResult.Greater => order > 0,
            CompareResult.Less => order < 0,
            _ => true,
        };
    }
}
