namespace Coordination.StateMachine;

/// <summary>Evaluates the conditions of a transaction on the present state.</summary>
internal readonly struct ComparisonEvaluator(MvccWriter writer)
{
    public bool AllHold(IReadOnlyList<Comparison> comparisons)
    {
        foreach (var comparison in comparisons)
        {
            if (!Holds(comparison))
            {
                return false;
            }
        }

        return true;
    }

    private bool Holds(Comparison comparison)
    {
        var existing = writer.Existing(comparison.Range);
        if (existing.Count == 0)
        {
            // A missing key counts as all zero, except that it has no value that could be compared with anything.
            return comparison.Target != CompareTarget.Value && Holds(comparison, null);
        }

        foreach (var version in existing)
        {
            if (!Holds(comparison, version))
            {
                return false;
            }
        }

        return true;
    }

    private bool Holds(Comparison comparison, KeyVersion? version)
    {
        int order = comparison.Target switch
        {
            CompareTarget.Version => (version?.Version ?? 0).CompareTo(comparison.Number),
            CompareTarget.Create => (version?.CreateRevision ?? 0).CompareTo(comparison.Number),
            CompareTarget.Mod => (version?.Modified.Main ?? 0).CompareTo(comparison.Number),
            CompareTarget.Lease => (version?.Lease ?? 0).CompareTo(comparison.Number),
            CompareTarget.Value when version is not null =>
                writer.Load(version).Value.Span.SequenceCompareTo(comparison.Value.Span),
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
