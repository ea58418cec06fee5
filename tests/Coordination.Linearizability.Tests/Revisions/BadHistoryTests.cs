namespace Coordination.Linearizability.Tests;

/// <summary>Histories that are wrong by hand: each is refused by the rule that it breaks, with the operations that show it.</summary>
public sealed class BadHistoryTests
{
    [Fact]
    public void A_stale_read() => AssertViolated(
        RevisionRules.StaleRead,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered put a 2 => @3 put
        #3 c2 m2 40 50 answered read a => @2 found 1 a=1#2.2.1.0
        """,
        "known by #2 c1", "then     #3 c2");

    [Fact]
    public void A_read_that_is_stale_by_what_a_local_read_showed() => AssertViolated(
        RevisionRules.StaleRead,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 90 answered put a 2 => @3 put
        #3 c2 m2 30 40 answered read a serializable => @3 found 1 a=2#2.3.2.0
        #4 c3 m3 50 60 answered read a => @2 found 1 a=1#2.2.1.0
        """,
        "#3 c2", "#4 c3");

    [Fact]
    public void A_local_read_that_goes_back() => AssertViolated(
        RevisionRules.SessionWentBack,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered put a 2 => @3 put
        #3 c2 m2 40 50 answered read a serializable => @3 found 1 a=2#2.3.2.0
        #4 c3 m2 60 70 answered read a serializable => @2 found 1 a=1#2.2.1.0
        """,
        "#3 c2", "#4 c3", "session m2");

    [Fact]
    public void A_content_that_is_older_than_its_revision() => AssertViolated(
        RevisionRules.WrongRead,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered put a 2 => @3 put
        #3 c2 m2 40 50 answered read a => @3 found 1 a=1#2.2.1.0
        """,
        "wrong    #3 c2", "should be found 1 a=2#2.3.2.0", "written by #2 c1");

    [Fact]
    public void A_lost_update() => AssertViolated(
        RevisionRules.WrongWrite,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered txn 1 1 0 if Mod a Equal 2 then put a 2 => @3 succeeded 1 put
        #3 c2 m2 20 30 answered txn 1 1 0 if Mod a Equal 2 then put a 3 => @4 succeeded 1 put
        """,
        "#3 c2", "the answer there is failed 0");

    [Fact]
    public void An_acknowledged_write_that_is_gone() => AssertViolated(
        RevisionRules.RevisionUsedTwice,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered put a 2 => @3 put
        #3 c2 m2 40 50 answered put b 1 => @3 put
        """,
        "#2 c1", "#3 c2");

    [Fact]
    public void An_unanswered_write_that_was_read_and_disappears() => AssertViolated(
        RevisionRules.WrongRead,
        """
        #1 c1 m1 0 10 unknown put a 1
        #2 c2 m2 20 30 answered read a => @2 found 1 a=1#2.2.1.0
        #3 c3 m3 40 50 answered put b 1 => @2 put
        """,
        "#2 c2", "#3 c3");

    [Fact]
    public void A_write_that_was_applied_twice() => AssertViolated(
        RevisionRules.UnexplainedRevision,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered put b 1 => @4 put
        #3 c2 m2 40 50 answered read a => @4 found 1 a=1#2.3.2.0
        """,
        "nobody was told of revision 3", "before it  #1 c1", "after it   #2 c1", "asked for that, at another revision #1 c1");

    [Fact]
    public void An_unanswered_write_that_was_applied_twice() => AssertViolated(
        RevisionRules.UnexplainedRevision,
        """
        #1 c1 m1 0 10 unknown put a 1
        #2 c1 m1 20 30 answered put b 1 => @4 put
        #3 c2 m2 40 50 answered read a => @4 found 1 a=1#2.3.2.0
        """,
        "revision 2");

    [Fact]
    public void A_gap_in_the_revisions() => AssertViolated(
        RevisionRules.UnexplainedRevision,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered put a 2 => @4 put
        """,
        "revision 3", "#1 c1", "#2 c1");

    [Fact]
    public void A_gap_that_an_unanswered_write_came_too_late_for() => AssertViolated(
        RevisionRules.UnexplainedRevision,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered put a 2 => @4 put
        #3 c2 m1 40 50 unknown put b 1
        """,
        "revision 3");

    [Fact]
    public void Writes_in_another_order_than_the_clock_s() => AssertViolated(
        RevisionRules.RealTimeOrder,
        """
        #1 c1 m1 0 10 answered put a 1 => @3 put
        #2 c2 m2 20 30 answered put a 2 => @2 put
        """,
        "known by #1 c1", "then     #2 c2");

    [Fact]
    public void A_transaction_that_is_seen_in_part() => AssertViolated(
        RevisionRules.WrongRead,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 90 answered txn 0 2 0 then put a 2 then put b 2 => @3 succeeded 2 put put
        #3 c2 m2 30 40 answered read % until z => @3 found 1 a=2#2.3.2.0
        """,
        "wrong    #3 c2", "written by #2 c1", "b=2#3.3.1.0");

    [Fact]
    public void A_transaction_whose_parts_have_revisions_of_their_own() => AssertViolated(
        RevisionRules.UnexplainedRevision,
        """
        #1 c1 m1 20 90 answered txn 0 2 0 then put a 2 then put b 2 => @3 succeeded 2 put put
        #2 c2 m2 30 40 answered read % until z => @2 found 1 a=2#2.2.1.0
        """,
        "revision 2", "#1 c1", "#2 c2");

    [Theory]
    [InlineData("a=1#2.3.1.0")]
    [InlineData("a=1#3.2.1.0")]
    [InlineData("a=1#2.2.2.0")]
    [InlineData("a=1#2.2.1.5")]
    [InlineData("a=2#2.2.1.0")]
    public void A_number_of_a_key_that_is_wrong(string shown) => AssertViolated(
        RevisionRules.WrongRead,
        $"""
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c2 m2 20 30 answered put b 1 => @3 put
        #3 c2 m2 40 50 answered read a => @3 found 1 {shown}
        """,
        "#3 c2");

    [Fact]
    public void A_deletion_that_counts_wrong() => AssertViolated(
        RevisionRules.WrongWrite,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered delete a until c => @3 deleted 2
        """,
        "#2 c1", "deleted 1");

    [Fact]
    public void A_deletion_that_found_nothing_although_there_was_a_key() => AssertViolated(
        RevisionRules.WrongRead,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered delete a => @2 deleted 0
        """,
        "#2 c1");

    [Fact]
    public void A_refused_write_that_was_done() => AssertViolated(
        RevisionRules.UnexplainedRevision,
        """
        #1 c1 m1 0 10 refused put a 1
        #2 c2 m2 20 30 answered read a => @2 found 1 a=1#2.2.1.0
        """,
        "revision 2", "#2 c2");

    [Fact]
    public void A_read_of_the_past_that_shows_another_time() => AssertViolated(
        RevisionRules.WrongRead,
        """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered put a 2 => @3 put
        #3 c2 m2 40 50 answered read a at 2 => @3 found 1 a=2#2.3.2.0
        """,
        "#3 c2");

    [Fact]
    public void A_key_of_a_revoked_lease_that_stays() => AssertViolated(
        RevisionRules.WrongWrite,
        """
        #1 c1 m1 0 10 answered put a 1 lease 7 => @2 put
        #2 c1 m1 20 30 answered revoke 7 => @2 leased
        """,
        "#2 c1", "a=1#2.2.1.7");

    [Fact]
    public void What_was_watched_and_nobody_wrote()
    {
        var history = StoreFormat.Parse("#1 c1 m1 0 10 answered put a 1 => @2 put");
        StoreEvent foreign = new(3, "b", new KeyRecord("b", "1", 3, 3, 1), null);

        Verdicts.AssertViolated(
            RevisionChecker.Check(history, new RevisionCheckOptions { Watched = [foreign] }).Verdict,
            RevisionRules.UnexplainedRevision, "revision 3", "seen of it b=1#3.3.1.0");
    }

    private static void AssertViolated(string rule, string text, params string[] told) =>
        Verdicts.AssertViolated(RevisionChecker.Check(StoreFormat.Parse(text)).Verdict, rule, told);
}
