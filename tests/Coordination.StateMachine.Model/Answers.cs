namespace Coordination.StateMachine.Model;

/// <summary>Compares what the real state machine answered with what the naive one did, by content.</summary>
internal static class Answers
{
    /// <summary>Whether two results of applying a command are the same.</summary>
    public static bool AreEqual(ApplyResult left, ApplyResult right) =>
        left.Error == right.Error
        && left.Revision == right.Revision
        && AreEqual(left.Result, right.Result)
        && (left.Alarms ?? []).SequenceEqual(right.Alarms ?? []);

    /// <summary>Whether two answers are the same.</summary>
    public static bool AreEqual(OperationResult? left, OperationResult? right) => (left, right) switch
    {
        (null, null) => true,
        (PutResult a, PutResult b) => AreEqual(a.Previous, b.Previous),
        (DeleteRangeResult a, DeleteRangeResult b) => a.Deleted == b.Deleted && AreEqual(a.Previous, b.Previous),
        (RangeResult a, RangeResult b) => a.Count == b.Count && a.More == b.More && AreEqual(a.Items, b.Items),
        (MetadataWriteResult a, MetadataWriteResult b) => a == b,
        (LeaseAttachResult a, LeaseAttachResult b) => a == b,
        (DelegateResult a, DelegateResult b) => a.Revision == b.Revision && Describe(a.Inner) == Describe(b.Inner),
        (RetireResult a, RetireResult b) => a.Revision == b.Revision && Describe(a.Delegations) == Describe(b.Delegations),
        (TxnResult a, TxnResult b) =>
            a.Succeeded == b.Succeeded
            && a.Revisions.SequenceEqual(b.Revisions)
            && a.Results.Count == b.Results.Count
            && !a.Results.Where((result, i) => !AreEqual(result, b.Results[i])).Any(),
        _ => false,
    };

    /// <summary>Whether two keys look the same to clients.</summary>
    public static bool AreEqual(KeyValue? left, KeyValue? right) =>
        left is null || right is null
            ? left == right
            : left.Key.AsSpan().SequenceEqual(right.Key)
                && left.Value.Span.SequenceEqual(right.Value.Span)
                && left.CreateRevision == right.CreateRevision
                && left.ModRevision == right.ModRevision
                && left.Version == right.Version
                && left.Lease == right.Lease;

    /// <summary>Whether two lists of keys are the same.</summary>
    public static bool AreEqual(IReadOnlyList<KeyValue> left, IReadOnlyList<KeyValue> right)
    {
        for (int i = 0; i < left.Count && i < right.Count; i++)
        {
            if (!AreEqual(left[i], right[i]))
            {
                return false;
            }
        }

        return left.Count == right.Count;
    }

    /// <summary>A result as text, for people.</summary>
    public static string Describe(ApplyResult result) =>
        $"{result.Error} {Describe(result.Result)} [{string.Join(',', result.Alarms ?? [])}] at revision {result.Revision}";

    /// <summary>An answer as text, for people.</summary>
    public static string Describe(OperationResult? result) => result switch
    {
        null => "-",
        PutResult put => $"put({Describe(put.Previous)})",
        DeleteRangeResult delete => $"deleted({delete.Deleted}: {Describe(delete.Previous)})",
        RangeResult range => $"range({Describe(range.Items)} count {range.Count}{(range.More ? " and more" : string.Empty)})",
        MetadataWriteResult metadata => $"metadata({metadata.Succeeded} @{metadata.Version})",
        LeaseAttachResult attached => $"{attached}",
        DelegateResult delegated => $"delegated({Describe(delegated.Inner)} @{delegated.Revision})",
        RetireResult retired => $"retired({Describe(retired.Delegations)} @{retired.Revision})",
        TxnResult txn => $"txn({txn.Succeeded} {string.Join(',', txn.Results.Select(Describe))} @{string.Join(',', txn.Revisions)})",
        _ => throw new ArgumentException(result.ToString()),
    };

    /// <summary>The cluster's metadata as text, to compare and for people.</summary>
    public static string Describe(MetadataSnapshot metadata) => Describe(
        metadata.Version, metadata.Rows.Select(static row => (row.Key, row.Value.Version, Convert.ToHexString(row.Value.Value.Span))));

    /// <summary>The cluster's metadata of a moment as text, to compare and for people.</summary>
    public static string Describe(NaiveMoment moment) =>
        Describe(moment.MetadataVersion, moment.Metadata.Select(static row => (row.Key, row.Value.Version, row.Value.Value)));

    /// <summary>Delegations as text, to compare and for people.</summary>
    public static string Describe(IEnumerable<Delegation> delegations) => string.Join(
        ' ',
        delegations.Select(static delegation =>
            $"{Convert.ToHexString(delegation.Prefix)}:{delegation.Partition}@{delegation.Revision}({Describe(delegation.Inner)})"));

    /// <summary>What a partition owns as text, to compare and for people.</summary>
    public static string Describe(Ownership ownership) => Describe(
        ownership.Phase, ownership.ServedRevision, ownership.Delegations, ownership.Copies);

    /// <summary>What a partition owns as text, to compare and for people.</summary>
    public static string Describe(NaiveOwnership ownership) => Describe(
        ownership.Phase, ownership.ServedRevision, ownership.Delegations, ownership.Copies);

    /// <summary>Pending revocations as text, to compare and for people.</summary>
    public static string Describe(IEnumerable<PendingRevocation> revocations) => string.Join(' ', revocations);

    /// <summary>Keys as text, for people.</summary>
    public static string Describe(IEnumerable<KeyValue> items) => string.Join("; ", items.Select(Describe));

    private static string Describe(
        PartitionPhase phase, long served, IEnumerable<Delegation> delegations, IEnumerable<PendingCopy> copies) =>
        $"{phase} since {served}, without {Describe(delegations)}, to copy "
        + string.Join(' ', copies.Select(copy => $"{Convert.ToHexString(copy.Prefix)}:{copy.Partition}@{copy.Revision}"));

    private static string Describe(long version, IEnumerable<(string Key, long Version, string Value)> rows) =>
        $"{version}: {string.Join(' ', rows.Select(static row => $"{row.Key}@{row.Version}={row.Value}"))}";

    private static string Describe(KeyValue? item) => item is null
        ? "-"
        : $"{Convert.ToHexString(item.Key)}={Convert.ToHexString(item.Value.Span)} create {item.CreateRevision} mod {item.ModRevision} "
            + $"version {item.Version} lease {item.Lease}";
}
