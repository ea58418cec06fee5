using Coordination.Raft;

namespace Coordination.Simulation.Tests;

public sealed class MembershipCheckerTests
{
    private readonly History _history = new();

    [Fact]
    public void One_voter_may_come_or_go_in_one_step()
    {
        Check(Of([1, 2, 3]), Of([1, 2, 3, 4]));
        Check(Of([1, 2, 3]), Of([1, 2]));
    }

    [Fact]
    public void Several_voters_may_change_through_a_joint_membership()
    {
        Check(Of([1, 2, 3]), Of([1, 4, 5], [1, 2, 3]));
        Check(Of([1, 4, 5], [1, 2, 3]), Of([1, 4, 5]));
    }

    [Fact]
    public void Two_voters_must_not_change_in_one_step() => Breaks(Of([1, 2, 3]), Of([1, 2, 4]));

    [Fact]
    public void A_joint_membership_must_keep_the_voters_before() => Breaks(Of([1, 2, 3]), Of([1, 4], [1, 2]));

    [Fact]
    public void Leaving_a_joint_membership_must_not_change_voters() => Breaks(Of([1, 4, 5], [1, 2, 3]), Of([1, 4]));

    [Fact]
    public void A_joint_membership_must_not_follow_another() => Breaks(Of([1, 2], [1, 2, 3]), Of([1], [1, 2]));

    [Fact]
    public void A_second_change_before_the_first_is_committed_is_noticed()
    {
        _history.Write(1, History.Entry(1, 2));
        _history[1].Memberships.Push(new LogIndex(2), Of([1, 2]));
        History.Breaks(
            Rules.ConfigurationSafety, () => MembershipChecker.OnLeaderAppends(_history[1], History.Entry(3, 2), new LogIndex(1)));
    }

    [Fact]
    public void A_change_before_the_leader_committed_in_its_term_is_noticed()
    {
        _history.Write(1, History.Entry(1, 1));
        History.Breaks(
            Rules.ConfigurationSafety, () => MembershipChecker.OnLeaderAppends(_history[1], History.Entry(2, 2), new LogIndex(1)));
    }

    private static Membership Of(ulong[] voters, ulong[]? outgoing = null) =>
        Membership.Create(voters.Select(id => new ReplicaId(id)), outgoing?.Select(id => new ReplicaId(id)));

    private void Check(Membership previous, Membership next) => MembershipChecker.CheckStep(_history[1], new LogIndex(5), previous, next);

    private void Breaks(Membership previous, Membership next) => History.Breaks(Rules.ConfigurationSafety, () => Check(previous, next));
}
