namespace Coordination.Faults.Tests;

/// <summary>What was asked of one partition in a round, and what was watched of it.</summary>
/// <param name="Initial">What it held before.</param>
/// <param name="History">Requests and answers, with those of earlier rounds that may still take effect.</param>
/// <param name="Watched">Its changes that watches told.</param>
/// <param name="IsWatchedWhole">They are all.</param>
internal sealed record PartitionRecord(
    StoreState Initial, IReadOnlyList<StoreOperation> History, IEnumerable<StoreEvent> Watched, bool IsWatchedWhole)
{
    /// <summary>The changes, in order.</summary>
    /// <exception cref="InvalidOperationException">A promise was broken; says which, and by what.</exception>
    public WriteSequence Judge(string name)
    {
        var judged = RevisionChecker.Check(History, new RevisionCheckOptions
        {
            Initial = Initial,
            Watched = [.. Watched.Distinct()],
            IsWatchedWhole = IsWatchedWhole,
        });
        RoundJudge.Demand($"The history of {name}", judged.Verdict);
        return judged.Sequence;
    }

    /// <summary>What is there of some keys after a revision of the sequence.</summary>
    public static StoreState StateAt(WriteSequence sequence, long revision, Func<string, bool> isOf)
    {
        var keys = sequence.Initial.FindAll(KeyRange.All).Where(record => isOf(record.Key))
            .ToDictionary(record => record.Key, StringComparer.Ordinal);
        var changes = sequence.Revisions.TakeWhile(written => written.Revision <= revision).SelectMany(written => written.Events);
        foreach (var change in changes.Where(change => isOf(change.Key)))
        {
            if (change.Record is { } record)
            {
                keys[change.Key] = record;
            }
            else
            {
                keys.Remove(change.Key);
            }
        }

        return StoreState.Of(revision, keys.Values);
    }
}
