namespace Coordination.Linearizability;

/// <summary>
/// Judges histories of an etcd-like store by the revisions in its answers. Every write tells its revision and every read the revision
/// that it shows, so the order need not be searched for; what remains is to compare it with the clock, and every answer with the state
/// at its revision. That is stricter than linearizability, and takes next to linear time:
/// <list type="bullet">
/// <item>Whatever began after something else had ended shows its revision or a later one; a write, a later one. A serializable read only
/// has to keep up with its own session.</item>
/// <item>Writes are answered as the state right before their revision answers: transactions by its comparisons, deletions by its
/// keys.</item>
/// <item>Reads, and writes that changed nothing, are answered as the state at their revision answers, to the last number.</item>
/// <item>Every revision up to the last one seen has one author: a write that was told of it, or a write of unknown outcome that was sent
/// before anybody knew the revision, or a lease that ran out.</item>
/// </list>
/// Only the last rule searches, and only among writes of unknown outcome.
/// </summary>
public static class RevisionChecker
{
    /// <summary>Judges a history, in any order.</summary>
    public static RevisionVerdict Check(IReadOnlyCollection<StoreOperation> history, RevisionCheckOptions? options = null)
    {
        options ??= new RevisionCheckOptions();
        StoreOperation[] answered = [.. history.Where(operation => operation.Outcome == Outcome.Answered)];
        List<StoreOperation> unknown =
        [
            .. history.Where(operation =>
                operation.Outcome == Outcome.Unknown && operation.Request is not (StoreRequest.Read or StoreRequest.Grant)),
        ];
        if (options.LeasesMayExpire)
        {
            unknown.AddRange(Expiries(history));
        }

        RevisionSweep sweep = new([.. answered, .. unknown], options);
        string summary = $"{answered.Length} answered operations and {unknown.Count} that may have been done, revisions"
            + $" {options.Initial.Revision} to {sweep.LastRevision}.";
        IReadOnlyList<Violation> disorder = RealTimeOrder.FindViolations(answered);
        Verdict verdict = sweep.Run(summary);
        Verdict all = disorder.Count == 0 ? verdict : Verdict.Of([.. disorder, .. verdict.Violations], summary);
        return new RevisionVerdict(all, sweep.Sequence);
    }

    /// <summary>
    /// Judges only whether revisions agree with the clock: for operations on keys that moved from one store to another, whose revisions go
    /// on where those of the first end.
    /// </summary>
    public static Verdict CheckOrder(IReadOnlyCollection<StoreOperation> history)
    {
        StoreOperation[] answered = [.. history.Where(operation => operation.Outcome == Outcome.Answered)];
        return Verdict.Of(RealTimeOrder.FindViolations(answered), $"{answered.Length} answered operations.");
    }

    /// <summary>For each lease, the revocation that the store may make itself: operation 0 of session <c>expiry</c>.</summary>
    private static IEnumerable<StoreOperation> Expiries(IReadOnlyCollection<StoreOperation> history)
    {
        Dictionary<long, long> firstNamed = [];
        foreach (StoreOperation operation in history.Where(operation => operation.Outcome != Outcome.Refused))
        {
            foreach (long lease in LeasesOf(operation.Request))
            {
                firstNamed[lease] = Math.Min(operation.Start, firstNamed.GetValueOrDefault(lease, long.MaxValue));
            }
        }

        return firstNamed.OrderBy(pair => pair.Key).Select(pair => new StoreOperation(
            0, 0, "expiry", pair.Value, pair.Value, new StoreRequest.Revoke(pair.Key), Outcome.Unknown, null));
    }

    private static IEnumerable<long> LeasesOf(StoreRequest request) => request switch
    {
        StoreRequest.Put { Lease: not 0 } put => [put.Lease],
        StoreRequest.Grant grant => [grant.Lease],
        StoreRequest.Transaction transaction => transaction.Then.Concat(transaction.Else).SelectMany(LeasesOf),
        _ => [],
    };
}
