namespace Coordination.Linearizability.Tests;

/// <summary>Keys that become another store's: without an event, and with a revision of their own.</summary>
public sealed class MoveTests
{
    private const string Moved =
        """
        #1 c1 m1 0 10 answered put k 1 => @2 put
        #2 c1 m1 20 30 answered put z/k 2 => @3 put
        #3 c0 m1 40 60 answered move z/ until z0 => @4 moved
        """;

    [Fact]
    public void Keys_that_moved_are_gone_and_nobody_is_told()
    {
        var found = RevisionChecker.Check(
            StoreFormat.Parse($"{Moved}\n#4 c1 m1 70 80 answered read a until ~ => @4 found 1 k=1#2.2.1.0"));

        Verdicts.AssertCorrect(found.Verdict);
        Assert.Empty(found.Sequence.Find(4)!.Events);
    }

    [Fact]
    public void A_key_that_moved_and_is_still_there() => Verdicts.AssertViolated(
        RevisionChecker.Check(StoreFormat.Parse($"{Moved}\n#4 c1 m1 70 80 answered read z/k => @4 found 1 z/k=2#3.3.1.0")).Verdict,
        RevisionRules.WrongRead, "wrong    #4");

    [Fact]
    public void A_write_that_came_behind_the_move() => Verdicts.AssertViolated(
        RevisionChecker.Check(StoreFormat.Parse(
            $"{Moved}\n#4 c2 m2 45 55 answered txn 1 1 0 if Mod z/k Equal 3 then put z/k 3 => @5 succeeded 1 put")).Verdict,
        RevisionRules.WrongWrite, "#4 c2");

    [Fact]
    public void Without_keys_a_move_takes_no_revision() => Verdicts.AssertViolated(
        RevisionChecker.Check(StoreFormat.Parse("#1 c0 m1 0 10 answered move z/ until z0 => @2 moved")).Verdict,
        RevisionRules.WrongWrite, "takes no revision");

    [Fact]
    public void A_read_that_goes_back_to_the_store_before() => Verdicts.AssertViolated(
        RevisionChecker.CheckOrder(StoreFormat.Parse(
            """
            #1 c1 m1 0 10 answered put z/k 1 => @6 put
            #2 c2 m2 20 30 answered read z/k => @3 found 0
            """)),
        RevisionRules.StaleRead, "known by #1", "then     #2");
}
