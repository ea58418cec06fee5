using CsCheck;

namespace Coordination.Raft.Tests;

public sealed class MembershipChangerTests
{
    private static readonly Gen<MemberChange> Step =
        Gen.Select(Gen.Enum<MemberChangeKind>(), Gen.ULong[0, 7]).Select((kind, id) => new MemberChange(kind, Given.Id(id)));

    private static readonly Gen<(Membership Current, MembershipChange Change)> Cases =
        Gen.Select(Gen.ULong[1, 5].Array[1, 4], Gen.ULong[1, 7].Array[0, 3], Step.Array[0, 4], Gen.Bool).Select(
            (voters, learners, steps, forceJoint) => (
                Membership.Create(Given.Ids(voters), learners: Given.Ids([.. learners.Except(voters)])),
                new MembershipChange(steps, ForceJoint: forceJoint)));

    [Fact]
    public void Adding_one_voter_takes_one_entry() =>
        Assert.Equal(Given.Voters(1, 2, 3, 4), Apply(Given.Voters(1, 2, 3), Add(4)));

    [Fact]
    public void Replacing_a_voter_goes_through_a_joint_membership_and_ends_at_the_target()
    {
        var joint = Apply(Given.Voters(1, 2, 3), Add(4), Remove(3));
        Assert.Equal(Membership.Create(Given.Ids(1, 2, 4), Given.Ids(1, 2, 3)), joint);
        Assert.Equal(Given.Voters(1, 2, 4), joint is null ? null : MembershipChanger.Leave(joint));
    }

    [Fact]
    public void A_demoted_voter_in_a_joint_membership_votes_until_it_ends()
    {
        var joint = Apply(Given.Voters(1, 2, 3), Add(4), Learn(3));
        Assert.Equal(Membership.Create(Given.Ids(1, 2, 4), Given.Ids(1, 2, 3), learnersNext: Given.Ids(3)), joint);
        var left = joint is null ? null : MembershipChanger.Leave(joint);
        Assert.Equal(Membership.Create(Given.Ids(1, 2, 4), learners: Given.Ids(3)), left);
    }

    [Fact]
    public void Learners_never_make_a_change_joint() =>
        Assert.Equal(
            Membership.Create(Given.Ids(1, 2, 3), learners: Given.Ids(4, 5)), Apply(Given.Voters(1, 2, 3), Learn(4), Learn(5)));

    [Fact]
    public void A_change_without_steps_confirms_the_membership_if_that_is_wanted()
    {
        Assert.Null(Apply(Given.Voters(1, 2, 3)));
        Assert.Equal(Given.Voters(1, 2, 3), MembershipChanger.Apply(Given.Voters(1, 2, 3), new MembershipChange([], Confirms: true)));
    }

    [Fact]
    public void A_joint_membership_cannot_be_changed_and_a_simple_one_cannot_be_left()
    {
        var joint = Membership.Create(Given.Ids(1), Given.Ids(2));
        Assert.Throws<InvariantViolationException>(() => Apply(joint, Add(3)));
        Assert.Throws<InvariantViolationException>(() => MembershipChanger.Leave(Given.Voters(1)));
    }

    [Fact]
    public void Changes_obey_the_naive_rules() =>
        Cases.Sample(
            (current, change) =>
            {
                var target = NaiveTarget(current, change);
                var result = MembershipChanger.Apply(current, change);
                Assert.Equal(target is null, result is null);
                if (target is null || result is null)
                {
                    return;
                }

                int differing = target.Voters.Except(current.Voters).Count() + current.Voters.Except(target.Voters).Count();
                Assert.Equal(differing > 1 || change.ForceJoint, result.IsJoint);
                Assert.Equal(target, result.IsJoint ? MembershipChanger.Leave(result) : result);
                Assert.Equal(result.IsJoint ? current.Voters : [], result.OutgoingVoters);
            },
            iter: 20_000,
            threads: 1);

    /// <summary>The property that makes changes safe: whatever decides before and whatever decides after have a voter in common.</summary>
    [Fact]
    public void Consecutive_memberships_have_no_disjoint_quorums() =>
        Cases.Sample(
            (current, change) =>
            {
                if (MembershipChanger.Apply(current, change) is not { } next)
                {
                    return;
                }

                CheckQuorumsIntersect(current, next);
                if (next.IsJoint)
                {
                    CheckQuorumsIntersect(next, MembershipChanger.Leave(next));
                }
            },
            iter: 2_000,
            threads: 1);

    private static void CheckQuorumsIntersect(Membership one, Membership other)
    {
        // Ids are 1 to 7, so a set of replicas is the bits 1 to 7 of a number. Two quorums are disjoint exactly if the second fits into
        // the complement of the first.
        for (int set = 0; set < 256; set += 2)
        {
            Assert.False(IsQuorum(one, set) && IsQuorum(other, 254 & ~set), $"{one} and {other} can decide without each other.");
        }
    }

    private static bool IsQuorum(Membership membership, int set) =>
        IsMajority(membership.Voters, set) && (!membership.IsJoint || IsMajority(membership.OutgoingVoters, set));

    private static bool IsMajority(IReadOnlyList<ReplicaId> voters, int set) =>
        voters.Count(id => (set & (1 << (int)id.Value)) != 0) * 2 > voters.Count;

    private static Membership? NaiveTarget(Membership current, MembershipChange change)
    {
        List<ReplicaId> voters = [.. current.Voters];
        List<ReplicaId> learners = [.. current.Learners];
        bool namesAllOnce = change.Changes.Select(step => step.Replica).Distinct().Count() == change.Changes.Count;
        bool isValid = change.Changes.Count > 0
            && namesAllOnce
            && change.Changes.All(step => step.Replica.IsSome && IsChange(current, step));
        foreach (var step in change.Changes)
        {
            voters.Remove(step.Replica);
            learners.Remove(step.Replica);
            voters.AddRange(step.Kind == MemberChangeKind.AddVoter ? [step.Replica] : []);
            learners.AddRange(step.Kind == MemberChangeKind.AddLearner ? [step.Replica] : []);
        }

        return isValid && voters.Count > 0 ? Membership.Create(voters, learners: learners) : null;
    }

    private static bool IsChange(Membership current, MemberChange step) => step.Kind switch
    {
        MemberChangeKind.AddVoter => !current.IsVoter(step.Replica),
        MemberChangeKind.AddLearner => !current.IsLearner(step.Replica),
        _ => current.IsMember(step.Replica),
    };

    private static Membership? Apply(Membership current, params MemberChange[] steps) =>
        MembershipChanger.Apply(current, new MembershipChange(steps));

    private static MemberChange Add(ulong id) => new(MemberChangeKind.AddVoter, Given.Id(id));

    private static MemberChange Learn(ulong id) => new(MemberChangeKind.AddLearner, Given.Id(id));

    private static MemberChange Remove(ulong id) => new(MemberChangeKind.Remove, Given.Id(id));
}
