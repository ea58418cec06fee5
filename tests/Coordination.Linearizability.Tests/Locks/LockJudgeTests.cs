namespace Coordination.Linearizability.Tests;

public sealed class LockJudgeTests
{
    [Fact]
    public void Holders_one_after_the_other_are_right() => Verdicts.AssertCorrect(LockJudge.Check(
        [new("a", 2, 20, 30, 5), new("a", 1, 0, 20, 4), new("b", 3, 5, 25, 4), new("a", 1, 40, 40, 9)]));

    [Fact]
    public void Two_holders_at_once_are_found() => Verdicts.AssertViolated(
        LockJudge.Check([new("a", 1, 0, 20, 4), new("a", 2, 19, 30, 5)]),
        LockJudge.MutualExclusion, "lock a", "c1 [0..20]", "c2 [19..30]");

    [Fact]
    public void A_short_hold_within_a_long_one_does_not_hide_a_third() => Verdicts.AssertViolated(
        LockJudge.Check([new("a", 1, 0, 100, 4), new("a", 2, 10, 10, 5), new("a", 3, 50, 60, 6)]),
        LockJudge.MutualExclusion, "c1 [0..100]");

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    public void A_token_that_does_not_grow_is_found(long token) => Verdicts.AssertViolated(
        LockJudge.Check([new("a", 1, 0, 20, 4), new("a", 2, 21, 30, token)]),
        LockJudge.FencingToken, "c1 [0..20] token 4", $"token {token}");
}
