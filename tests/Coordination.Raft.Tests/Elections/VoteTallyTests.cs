using CsCheck;

namespace Coordination.Raft.Tests;

public sealed class VoteTallyTests
{
    private static readonly Gen<ulong[]> VoterSet = Gen.ULong[1, 7].Array[1, 5];
    private static readonly Gen<(ulong Voter, bool Granted)[]> Answers = Gen.Select(Gen.ULong[1, 9], Gen.Bool).Array[0, 12];

    [Fact]
    public void Answers_are_counted_as_a_naive_count_does() =>
        Gen.Select(VoterSet, VoterSet, Gen.Bool, Answers).Sample(
            (incoming, outgoing, isJoint, answers) =>
            {
                var membership = Membership.Create(Given.Ids(incoming), isJoint ? Given.Ids(outgoing) : null);
                var tally = new VoteTally(membership);
                foreach (var (voter, granted) in answers)
                {
                    tally.Add(Given.Id(voter), granted);
                }

                Assert.Equal(NaiveResult(membership, answers), tally.Result);
            },
            iter: 10_000,
            threads: 1);

    [Fact]
    public void Swapping_the_two_sets_of_voters_changes_nothing() =>
        Gen.Select(VoterSet, VoterSet, Answers).Sample(
            (one, other, answers) =>
            {
                var tally = new VoteTally(Membership.Create(Given.Ids(one), Given.Ids(other)));
                var swapped = new VoteTally(Membership.Create(Given.Ids(other), Given.Ids(one)));
                foreach (var (voter, granted) in answers)
                {
                    tally.Add(Given.Id(voter), granted);
                    swapped.Add(Given.Id(voter), granted);
                }

                Assert.Equal(tally.Result, swapped.Result);
            },
            iter: 10_000,
            threads: 1);

    [Fact]
    public void Only_the_first_answer_of_a_voter_counts()
    {
        var tally = new VoteTally(Given.Voters(1, 2, 3));
        tally.Add(Given.Id(1), granted: true);
        tally.Add(Given.Id(2), granted: false);
        tally.Add(Given.Id(2), granted: true);
        tally.Add(Given.Id(1), granted: true);
        Assert.Equal(VoteResult.Pending, tally.Result);
    }

    [Fact]
    public void Learners_and_strangers_do_not_count()
    {
        var tally = new VoteTally(Membership.Create(Given.Ids(1, 2, 3), learners: Given.Ids(4)));
        tally.Add(Given.Id(1), granted: true);
        tally.Add(Given.Id(4), granted: true);
        tally.Add(Given.Id(9), granted: true);
        Assert.Equal(VoteResult.Pending, tally.Result);
    }

    [Fact]
    public void Every_voter_of_both_sets_is_asked_once()
    {
        var membership = Membership.Create(Given.Ids(1, 2, 3), Given.Ids(2, 3, 4), Given.Ids(5));
        Assert.Equal(Given.Ids(1, 2, 3, 4), new VoteTally(membership).Voters);
    }

    private static VoteResult NaiveResult(Membership membership, (ulong Voter, bool Granted)[] answers)
    {
        VoteResult[] results = [.. Sets().Select(set =>
        {
            bool?[] votes = [.. set.Select(id => answers.Where(a => a.Voter == id.Value).Select(a => (bool?)a.Granted).FirstOrDefault())];
            bool isWon = votes.Count(vote => vote == true) * 2 > votes.Length;
            bool canWin = votes.Count(vote => vote != false) * 2 > votes.Length;
            return isWon ? VoteResult.Won : canWin ? VoteResult.Pending : VoteResult.Lost;
        })];
        return results.Contains(VoteResult.Lost) ? VoteResult.Lost
            : results.Contains(VoteResult.Pending) ? VoteResult.Pending
            : VoteResult.Won;

        IEnumerable<IReadOnlyList<ReplicaId>> Sets() =>
            membership.IsJoint ? [membership.Voters, membership.OutgoingVoters] : [membership.Voters];
    }
}
