namespace Coordination.Faults.Tests;

/// <summary>Histories by hand of keys that move to another partition: who judges them has to notice what is lost on the way.</summary>
public sealed class RoundJudgeTests
{
    private const long Moved = 4;

    private const string Before =
        """
        #1 c1 m1 0 10 answered put k 1 => @2 put
        #2 c1 m1 20 30 answered put z/k 2 => @3 put
        """;

    private static readonly StoreOperation Move = StoreFormat.Parse("#0 c0 - 40 60 answered move z/ until z0 => @4 moved")[0];

    [Fact]
    public void Two_partitions_go_on_from_one_with_revisions_of_their_own()
    {
        PartitionStories partitions = new();

        var compared = Judge(
            partitions,
            """
            #4 c1 m1 70 80 answered put k 3 => @5 put
            #5 c2 m2 70 80 answered put z/k 4 => @5 put
            #6 c2 m2 90 99 answered read z/k => @5 found 1 z/k=4#3.5.2.0
            #7 c1 m3 90 99 answered read k => @5 found 1 k=3#2.5.2.0
            """,
            Watch(KeySpace.Movable, (3, "z/k", "2", 3, 1), (5, "z/k", "4", 3, 2)));

        Assert.Equal(5, compared);
        Assert.Equal("@5 {k=3#2.5.2.0}", $"{partitions.Default.State}");
        Assert.Equal("@5 {z%2Fk=4#3.5.2.0}", $"{partitions.Created!.State}");
    }

    [Fact]
    public void A_write_that_is_lost_on_the_way() => AssertViolated(
        "WrongRead", "#4 c2 m2 70 80 answered read z/k => @4 found 0");

    [Fact]
    public void Two_comparisons_of_which_one_must_have_failed() => AssertViolated(
        "WrongWrite", "#4 c2 m2 45 50 answered txn 1 1 0 if Mod z/k Equal 3 then put z/k 3 => @5 succeeded 1 put\n"
        + "#5 c1 m1 45 50 answered txn 1 1 0 if Mod z/k Equal 3 then put z/k 4 => @6 succeeded 1 put");

    [Fact]
    public void A_write_that_is_done_in_both() => AssertViolated(
        "UnexplainedRevision",
        """
        #2 c1 m1 20 30 unknown put z/u 2
        #3 c1 m1 32 35 answered read z/u => @4 found 1 z/u=2#4.4.1.0
        #5 c1 m1 80 90 answered read z/u => @6 found 1 z/u=2#4.6.2.0
        """,
        StoreFormat.Parse("#0 c0 - 40 60 answered move z/ until z0 => @5 moved")[0]);

    [Fact]
    public void A_read_of_the_partition_that_had_the_keys() => AssertViolated(
        "StaleRead",
        """
        #4 c1 m1 70 80 answered put z/k 3 => @5 put
        #5 c2 m2 90 99 answered read z/k => @3 found 1 z/k=2#3.3.1.0
        """);

    [Fact]
    public void An_event_that_a_watch_misses() => AssertViolated(
        "Reliable",
        """
        #4 c1 m1 70 80 answered put z/k 3 => @5 put
        #5 c1 m1 82 90 answered put z/k 4 => @6 put
        """,
        Move,
        Watch(KeySpace.Movable, (3, "z/k", "2", 3, 1), (5, "z/k", "3", 3, 2)),
        Watch(KeySpace.Movable, (3, "z/k", "2", 3, 1), (6, "z/k", "4", 3, 3)));

    private static void AssertViolated(string rule, string after, StoreOperation? move = null, params SpaceWatch[] watches)
    {
        var violation = Assert.Throws<InvalidOperationException>(() => Judge(new PartitionStories(), after, move ?? Move, watches));
        Assert.Contains(rule, violation.Message, StringComparison.Ordinal);
    }

    private static int Judge(PartitionStories partitions, string after, params SpaceWatch[] watches) =>
        Judge(partitions, after, Move, watches);

    private static int Judge(PartitionStories partitions, string after, StoreOperation move, SpaceWatch[] watches) => new RoundJudge(
        new RoundRecord
        {
            History = StoreFormat.Parse($"{Before}\n{after}"),
            Move = move,
            Watches = [.. watches],
            Leases = [],
            Elections = [],
            StoppedAt = 100,
        },
        partitions).Judge();

    private static SpaceWatch Watch(
        KeySpace space, params (long Revision, string Key, string Value, long Created, long Version)[] puts) => new(space, IsWhole: true, [
            new WatchRecord
            {
                Name = "w",
                Range = space.Range,
                StartRevision = 2,
                Responses = [.. puts.Select(put => new WatchResponse(WatchResponseKind.Events, put.Revision, [
                    new StoreEvent(put.Revision, put.Key, new KeyRecord(put.Key, put.Value, put.Created, put.Revision, put.Version), null),
                ]))],
            },
        ]);
}
