namespace Coordination.Benchmarks;

/// <summary>Hands out the keys 0 to <paramref name="keys"/> - 1 in runs of <paramref name="batch"/>, no more than there are keys.</summary>
internal sealed class FillPlan(int keys, int batch)
{
    private int _next;

    /// <summary>The first key of the next run; null when all keys are handed out. The last run may repeat keys of the one before.</summary>
    public int? TakeNext()
    {
        if (_next >= keys)
        {
            return null;
        }

        int first = Math.Min(_next, keys - batch);
        _next += batch;
        return first;
    }
}
