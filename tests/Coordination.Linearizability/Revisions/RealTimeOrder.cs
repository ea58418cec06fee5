namespace Coordination.Linearizability;

/// <summary>Compares revisions with the clock: what ended before something else began must not be behind it. One pass over the
/// history.</summary>
internal static class RealTimeOrder
{
    public static IReadOnlyList<Violation> FindViolations(IReadOnlyCollection<StoreOperation> answered)
    {
        List<Violation> violations = [];
        StoreOperation[] byEnd = [.. answered.OrderBy(operation => operation.End)];
        Dictionary<string, StoreOperation> newestOfSession = new(StringComparer.Ordinal);
        StoreOperation? newest = null;
        int ended = 0;
        foreach (StoreOperation operation in answered.OrderBy(operation => operation.Start))
        {
            for (; ended < byEnd.Length && byEnd[ended].End < operation.Start; ended++)
            {
                StoreOperation earlier = byEnd[ended];
                newest = Newer(newest, earlier);
                newestOfSession[earlier.Session] = Newer(newestOfSession.GetValueOrDefault(earlier.Session), earlier);
            }

            StoreOperation? known = IsSerializable(operation.Request) ? newestOfSession.GetValueOrDefault(operation.Session) : newest;
            if (known is not null && Judge(operation, known) is { } violation)
            {
                violations.Add(violation);
            }
        }

        return violations;
    }

    /// <summary>
    /// The revisions from which on nothing that started after a moment can have been written: for each revision, the first end of an
    /// operation that knew it or a later one.
    /// </summary>
    public static Func<long, long> FirstKnown(IEnumerable<StoreOperation> answered)
    {
        (long Revision, long End)[] known =
            [.. answered.Select(operation => (operation.Answer!.Revision, operation.End)).OrderBy(pair => pair.Revision)];
        for (int i = known.Length - 2; i >= 0; i--)
        {
            known[i].End = Math.Min(known[i].End, known[i + 1].End);
        }

        return revision =>
        {
            int low = 0;
            int high = known.Length;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = known[middle].Revision < revision ? (middle + 1, high) : (low, middle);
            }

            return low == known.Length ? long.MaxValue : known[low].End;
        };
    }

    /// <summary>Served by the member alone; a transaction too, when it could not but read so.</summary>
    private static bool IsSerializable(StoreRequest request) => request switch
    {
        StoreRequest.Read read => read.IsSerializable,
        StoreRequest.Transaction transaction => transaction.Then.Concat(transaction.Else).All(IsSerializable),
        _ => false,
    };

    private static StoreOperation Newer(StoreOperation? one, StoreOperation other) =>
        one is not null && one.Answer!.Revision >= other.Answer!.Revision ? one : other;

    private static Violation? Judge(StoreOperation operation, StoreOperation known)
    {
        long revision = operation.Answer!.Revision;
        long knownRevision = known.Answer!.Revision;
        bool isWrite = operation.Answer.Result.IsChange;
        if (revision > knownRevision || (revision == knownRevision && !isWrite))
        {
            return null;
        }

        (string rule, string complaint) = isWrite
            ? (RevisionRules.RealTimeOrder, $"revision {knownRevision} was known before a write was sent that got revision {revision}")
            : IsSerializable(operation.Request)
                ? (RevisionRules.SessionWentBack, $"session {operation.Session} showed {knownRevision} and later {revision}")
                : (RevisionRules.StaleRead, $"revision {knownRevision} was known before, and {revision} was answered to what began after");
        return new Violation(rule, $"{complaint}.\n    known by {known}\n    then     {operation}");
    }
}
