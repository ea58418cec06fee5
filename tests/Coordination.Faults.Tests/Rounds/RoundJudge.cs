namespace Coordination.Faults.Tests;

/// <summary>
/// Judges a round by everything that clients of etcd are promised: each partition by the revisions of its own, and what moved from one to
/// another by both. Takes over into the stories what the round leaves.
/// </summary>
internal sealed class RoundJudge(RoundRecord round, PartitionStories partitions)
{
    /// <summary>Judges it; the revisions that were compared.</summary>
    /// <exception cref="InvalidOperationException">A promise was broken; says which, and by what.</exception>
    public int Judge()
    {
        var revisions = round.Move is { } move ? JudgeMove(move)
            : partitions.Created is { } created ? JudgeBoth(created)
            : JudgeOne();
        Demand("The leases", new LeaseJudge(LimitsOf(round)).Check(round.Leases));
        return revisions;
    }

    internal static void Demand(string what, Verdict verdict)
    {
        if (verdict.Ruling != Ruling.Correct)
        {
            throw new InvalidOperationException($"{what} of the round: {verdict}");
        }
    }

    private int JudgeOne()
    {
        var history = HistoryOf(partitions.Default, _ => true);
        var sequence = Default(history, KeySpace.All.SelectMany(EventsOf)).Judge("the partition");
        DemandWatches(sequence, sequence.Initial.Revision, KeySpace.All);
        Leave(partitions.Default, history, sequence, _ => true);
        return sequence.Revisions.Count;
    }

    private int JudgeBoth(PartitionStory created)
    {
        var ofDefault = HistoryOf(partitions.Default, operation => !IsMovable(operation));
        var ofCreated = HistoryOf(created, IsMovable, withGrants: true);
        var one = Default(ofDefault, EventsOf(KeySpace.Default)).Judge("the default partition");
        var other = new PartitionRecord(created.State, ofCreated, EventsOf(KeySpace.Movable), IsWhole(KeySpace.Movable))
            .Judge("the created partition");
        DemandWatches(one, one.Initial.Revision, [KeySpace.Default]);
        DemandWatches(other, other.Initial.Revision, [KeySpace.Movable]);
        Leave(partitions.Default, ofDefault, one, _ => true);
        Leave(created, ofCreated, other, _ => true);
        return one.Revisions.Count + other.Revisions.Count;
    }

    /// <summary>
    /// Up to the revision of the move, which shows no events, the keys are the default partition's; from there on, the other one's. A
    /// request about them that was told nothing may have been done in either, once; which deletion is which cannot be told apart.
    /// </summary>
    private int JudgeMove(StoreOperation move)
    {
        var moved = move.Answer!.Revision;
        var before = HistoryOf(
            partitions.Default,
            operation => !IsMovable(operation) || operation.Answer is not { } answer || answer.Revision < moved);
        var one = Default([.. before, move], [.. EventsOf(KeySpace.Default), .. EventsOf(KeySpace.Movable).Where(e => e.Revision < moved)])
            .Judge("the default partition");
        Demand("The order of what moved", RevisionChecker.CheckOrder([.. round.History.Where(IsMovable)]));

        var authors = AuthorsOf(one);
        var after = HistoryOf(
            partitions.Default,
            operation => IsMovable(operation) && (operation.Answer is { } answer
                ? answer.Revision >= moved
                : operation.Request is StoreRequest.Delete || !authors.Contains(operation)),
            withGrants: true);
        PartitionStory created = new(
            StoreState.Of(moved, PartitionRecord.StateAt(one, moved - 1, KeySpace.Movable.Range.Contains).FindAll(KeyRange.All)));
        var other = new PartitionRecord(
            created.State, after, EventsOf(KeySpace.Movable).Where(e => e.Revision > moved), IsWhole(KeySpace.Movable))
            .Judge("the created partition");
        DemandWatches(one, one.Initial.Revision, [KeySpace.Default]);
        WriteSequence joined = new(
            one.Initial, [.. one.Revisions.TakeWhile(written => written.Revision <= moved), .. other.Revisions]);
        DemandWatches(joined, moved, [KeySpace.Movable]);
        Leave(partitions.Default, before.Where(operation => !IsMovable(operation)), one, KeySpace.Default.Range.Contains);
        Leave(created, after, other, _ => true);
        partitions.Created = created;
        return one.Revisions.Count + other.Revisions.Count;
    }

    private static bool IsMovable(StoreOperation operation) => KeySpace.Movable.Concerns(operation.Request);

    private static HashSet<StoreOperation> AuthorsOf(WriteSequence sequence) =>
        [.. sequence.Revisions.Select(written => written.Author)];

    private PartitionRecord Default(IReadOnlyList<StoreOperation> history, IEnumerable<StoreEvent> watched) =>
        new(partitions.Default.State, history, watched, KeySpace.All.All(IsWhole));

    private bool IsWhole(KeySpace space) => round.Move is null || round.Watches.Any(watch => watch.Space == space && watch.IsWhole);

    private IEnumerable<StoreEvent> EventsOf(KeySpace space) =>
        round.Watches.Where(watch => watch.Space == space).SelectMany(watch => watch.Events);

    /// <summary>Of a partition other than the default one, leases are at home elsewhere: it is only known that they were granted.</summary>
    private StoreOperation[] HistoryOf(PartitionStory partition, Func<StoreOperation, bool> isOf, bool withGrants = false) =>
    [
        .. partition.Unsettled.Where(operation => isOf(operation) || (withGrants && operation.Request is StoreRequest.Grant)),
        .. round.History.Where(isOf),
        .. round.History.Where(operation => withGrants && operation.Request is StoreRequest.Grant)
            .Select(grant => grant with { Outcome = Outcome.Unknown, Answer = null }),
    ];

    private void DemandWatches(WriteSequence sequence, long compacted, IReadOnlyList<KeySpace> spaces) => Demand(
        "The watches",
        new WatchJudge(sequence, compacted).Check(
            [.. round.Watches.Where(watch => spaces.Contains(watch.Space)).SelectMany(watch => watch.Records)]));

    private static void Leave(
        PartitionStory partition, IEnumerable<StoreOperation> history, WriteSequence sequence, Func<string, bool> isOf) =>
        partition.GoOn(PartitionRecord.StateAt(sequence, sequence.LastRevision, isOf), history, AuthorsOf(sequence));

    /// <summary>Without a leader nothing expires, and the next one gives each lease its time again.</summary>
    private static LeaseLimits LimitsOf(RoundRecord round) =>
        new() { Elections = round.Elections, ExpirySlack = new LeaseLimits().ExpirySlack + round.Outage };
}
