using CsCheck;

namespace Coordination.Raft.Tests;

public sealed class QuorumTests
{
    private static readonly Gen<ulong[]> Values = Gen.ULong[0, 6].Array[0, 9];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 3)]
    public void Majority_is_more_than_half(int voters, int majority) => Assert.Equal(majority, Quorum.MajorityOf(voters));

    [Fact]
    public void No_voters_hold_nothing_back() => Assert.Equal(ulong.MaxValue, Quorum.Reached([]));

    [Fact]
    public void Reached_is_the_highest_value_that_more_than_half_have() =>
        Values.Sample(values => Assert.Equal(NaiveReached(values), Quorum.Reached(values)), iter: 20_000, threads: 1);

    [Fact]
    public void Reached_does_not_depend_on_the_order_and_leaves_its_input_alone() =>
        Values.Sample(
            values =>
            {
                ulong[] reversed = [.. values.Reverse()];
                ulong[] before = [.. values];
                Assert.Equal(Quorum.Reached(reversed), Quorum.Reached(values));
                Assert.Equal(before, values);
            },
            iter: 10_000,
            threads: 1);

    [Fact]
    public void Reached_handles_more_voters_than_fit_on_the_stack() =>
        Gen.ULong[0, 50].Array[33, 70].Sample(
            values => Assert.Equal(NaiveReached(values), Quorum.Reached(values)), iter: 1_000, threads: 1);

    [Fact]
    public void A_vote_is_decided_exactly_when_the_missing_answers_no_longer_matter() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9]).Sample(
            (voters, granted, refused) =>
            {
                if (granted + refused <= voters)
                {
                    Assert.Equal(NaiveDecide(voters, granted, refused), Quorum.Decide(voters, granted, refused));
                }
            },
            iter: 20_000,
            threads: 1);

    [Fact]
    public void Both_sets_must_win_and_one_lost_set_loses()
    {
        foreach (var one in Enum.GetValues<VoteResult>())
        {
            foreach (var other in Enum.GetValues<VoteResult>())
            {
                bool isLost = one == VoteResult.Lost || other == VoteResult.Lost;
                bool isWon = one == VoteResult.Won && other == VoteResult.Won;
                var expected = isLost ? VoteResult.Lost : isWon ? VoteResult.Won : VoteResult.Pending;
                Assert.Equal(expected, Quorum.Both(one, other));
                Assert.Equal(Quorum.Both(one, other), Quorum.Both(other, one));
            }
        }
    }

    /// <summary>Tries every value and counts who has it.</summary>
    private static ulong NaiveReached(ulong[] values) =>
        values.Length == 0 ? ulong.MaxValue : values.Where(value => values.Count(other => other >= value) * 2 > values.Length).Max();

    /// <summary>Plays the missing answers both ways.</summary>
    private static VoteResult NaiveDecide(int voters, int granted, int refused)
    {
        bool winsAtWorst = voters == 0 || granted * 2 > voters;
        bool winsAtBest = voters == 0 || (voters - refused) * 2 > voters;
        return winsAtWorst ? VoteResult.Won : winsAtBest ? VoteResult.Pending : VoteResult.Lost;
    }
}
