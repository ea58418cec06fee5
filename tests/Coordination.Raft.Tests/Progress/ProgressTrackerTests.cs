using CsCheck;

namespace Coordination.Raft.Tests;

public sealed class ProgressTrackerTests
{
    private static readonly Gen<ulong[]> VoterSet = Gen.ULong[1, 7].Array[1, 5];

    [Fact]
    public void Quorum_match_is_what_a_majority_of_both_sets_holds() =>
        Gen.Select(VoterSet, VoterSet, Gen.Bool, Gen.Int[0, 9].Array[7]).Sample(
            (incoming, outgoing, isJoint, matches) =>
            {
                var membership = Membership.Create(Given.Ids(incoming), isJoint ? Given.Ids(outgoing) : null);
                var tracker = Track(membership, matches);
                long incomingReached = NaiveReached(membership.Voters, matches);
                long outgoingReached = isJoint ? NaiveReached(membership.OutgoingVoters, matches) : long.MaxValue;
                Assert.Equal(new LogIndex((ulong)Math.Min(incomingReached, outgoingReached)), tracker.QuorumMatch());
            },
            iter: 20_000,
            threads: 1);

    [Fact]
    public void Swapping_the_two_sets_of_voters_does_not_change_the_quorum_match() =>
        Gen.Select(VoterSet, VoterSet, Gen.Int[0, 9].Array[7]).Sample(
            (one, other, matches) => Assert.Equal(
                Track(Membership.Create(Given.Ids(one), Given.Ids(other)), matches).QuorumMatch(),
                Track(Membership.Create(Given.Ids(other), Given.Ids(one)), matches).QuorumMatch()),
            iter: 10_000,
            threads: 1);

    [Fact]
    public void A_learner_does_not_count()
    {
        var membership = Membership.Create(Given.Ids(1, 2), learners: Given.Ids(3));
        Assert.Equal(Given.At(1), Track(membership, [9, 1, 9]).QuorumMatch());
    }

    [Fact]
    public void The_leader_counts_as_having_answered_every_round()
    {
        var tracker = Track(Given.Voters(1, 2, 3), [0, 0, 0]);
        Assert.Equal(0UL, tracker.QuorumRound(Given.Id(1)));
        tracker.Find(Given.Id(2))?.AnsweredHeartbeat(4);
        Assert.Equal(4UL, tracker.QuorumRound(Given.Id(1)));
    }

    [Fact]
    public void A_leader_outside_the_voters_does_not_count_in_a_round()
    {
        var tracker = Track(Given.Voters(2, 3, 4), [0, 0, 0, 0]);
        tracker.Find(Given.Id(2))?.AnsweredHeartbeat(4);
        Assert.Equal(0UL, tracker.QuorumRound(Given.Id(1)));
        tracker.Find(Given.Id(3))?.AnsweredHeartbeat(5);
        Assert.Equal(4UL, tracker.QuorumRound(Given.Id(1)));
    }

    [Fact]
    public void The_active_quorum_starts_anew_with_every_look_at_it()
    {
        var tracker = Track(Given.Voters(1, 2, 3), [0, 0, 0]);
        Assert.True(tracker.TakeActiveQuorum(Given.Id(1)));
        Assert.False(tracker.TakeActiveQuorum(Given.Id(1)));
        if (tracker.Find(Given.Id(3)) is { } third)
        {
            third.IsRecentlyActive = true;
        }

        Assert.True(tracker.TakeActiveQuorum(Given.Id(1)));
        Assert.False(tracker.TakeActiveQuorum(Given.Id(1)));
    }

    [Fact]
    public void Members_that_stay_keep_their_progress_and_newcomers_are_probed()
    {
        var tracker = Track(Given.Voters(1, 2, 3), [5, 4, 3]);
        tracker.Update(Given.Voters(1, 2, 4), Given.At(6));
        Assert.Equal(Given.At(4), tracker.Find(Given.Id(2))?.Match);
        Assert.Null(tracker.Find(Given.Id(3)));
        Assert.Equal((LogIndex.None, Given.At(6)), (tracker.Find(Given.Id(4))?.Match, tracker.Find(Given.Id(4))?.Next));
        Assert.Equal(Given.At(4), tracker.QuorumMatch());
    }

    private static ProgressTracker Track(Membership membership, int[] matches)
    {
        var tracker = new ProgressTracker(Given.Options(), membership, Given.At(1));
        foreach (var member in tracker.Members)
        {
            member.Accept(Given.At(matches[(int)member.Id.Value - 1]));
        }

        return tracker;
    }

    private static long NaiveReached(IReadOnlyList<ReplicaId> voters, int[] matches)
    {
        int[] values = [.. voters.Select(id => matches[(int)id.Value - 1])];
        return values.Where(value => values.Count(other => other >= value) * 2 > values.Length).Max();
    }
}
