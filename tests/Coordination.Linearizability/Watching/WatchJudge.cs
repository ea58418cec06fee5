namespace Coordination.Linearizability;

/// <summary>Compares what watchers received with what was written, and with what etcd promises of watches. Thread-safe.</summary>
/// <param name="sequence">What was written: of a <see cref="RevisionChecker"/> that had the watched events for evidence.</param>
/// <param name="compactedRevision">Before it, the store need not remember what keys were; 0 when it was not compacted.</param>
public sealed class WatchJudge(WriteSequence sequence, long compactedRevision = 0)
{
    /// <summary>Judges one watcher after the other.</summary>
    public Verdict Check(IReadOnlyCollection<WatchRecord> watches) => Verdict.Of(
        [.. watches.SelectMany(watch => new WatchComparison(sequence, compactedRevision, watch).Run())],
        $"{watches.Count} watchers, {watches.Sum(watch => watch.Responses.Sum(response => response.Events.Count))} events,"
        + $" {sequence.Revisions.Count} revisions.");
}
