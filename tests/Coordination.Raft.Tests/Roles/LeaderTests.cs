namespace Coordination.Raft.Tests;

public sealed class LeaderTests
{
    private static readonly byte[] Command = "x"u8.ToArray();

    [Fact]
    public void Leader_begins_its_term_with_an_empty_entry()
    {
        var replica = LoneReplica.With(term: 1, terms: [1]).Lead();
        var last = replica.Replica.Disk.Entries[^1];
        Assert.Equal((Given.At(2), Given.In(2), EntryKind.Empty), (last.Index, last.Term, last.Kind));
    }

    [Fact]
    public void Followers_refuse_everything_that_only_a_leader_can_do()
    {
        var node = LoneReplica.New().Node;
        Assert.Equal(ProposalStatus.NotLeader, node.Propose(Command).Status);
        Assert.Equal(ProposalStatus.NotLeader, node.ProposeMembership(Remove(3)).Status);
        Assert.Equal(ProposalStatus.NotLeader, node.TransferLeadership(Given.Id(2)));
        Assert.Equal(2, node.GetStatus().ProposalsRefused);
    }

    [Fact]
    public void Leader_does_not_commit_entries_of_an_earlier_term_by_counting()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1]).Lead();
        replica.Step(From.Accepted(2, term: 2, match: 2));
        Assert.Equal(LogIndex.None, replica.Node.Committed);
        replica.Step(From.Accepted(2, term: 2, match: 3));
        Assert.Equal(Given.At(3), replica.Node.Committed);
    }

    [Fact]
    public void Leader_counts_itself_only_when_its_disk_is_done()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Replica.IsDiskStalled = true;
        replica.Node.Propose(Command);
        replica.Step(From.Accepted(2, term: 1, match: 2));
        Assert.Equal(Given.At(1), replica.Node.Committed);
        replica.Replica.Persist();
        Assert.Equal(Given.At(2), replica.Node.Committed);
    }

    [Fact]
    public void A_member_that_claims_more_than_the_leader_has_stops_it() =>
        Assert.Throws<InvariantViolationException>(() => LoneReplica.New().Lead().Step(From.Accepted(2, term: 1, match: 9)));

    [Fact]
    public void A_second_leader_of_the_term_stops_it()
    {
        Assert.Throws<InvariantViolationException>(() => LoneReplica.New().Lead().Step(From.Heartbeat(2, term: 1)));
        Assert.Throws<InvariantViolationException>(() => LoneReplica.New().Lead().Step(From.Append(2, term: 1)));
    }

    [Fact]
    public void Leader_sends_heartbeats_at_its_interval_with_rising_rounds()
    {
        var replica = LoneReplica.New(options => options with { HeartbeatTicks = 3 }).Lead();
        replica.Tick(6);
        var rounds = replica.TakeAll<HeartbeatRequest>().Where(heartbeat => heartbeat.To == Given.Id(2)).Select(h => h.Round);
        Assert.Equal([2UL, 3UL], rounds);
    }

    [Fact]
    public void Heartbeat_tells_each_member_only_the_commit_that_it_holds()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Tick();
        var commits = replica.TakeAll<HeartbeatRequest>().ToDictionary(heartbeat => heartbeat.To, heartbeat => heartbeat.Commit);
        Assert.Equal((Given.At(1), LogIndex.None), (commits[Given.Id(2)], commits[Given.Id(3)]));
    }

    [Fact]
    public void Leader_that_hears_no_majority_for_an_election_timeout_steps_down()
    {
        var replica = LoneReplica.New().Lead();
        replica.Tick(10);
        Assert.Equal(ReplicaRole.Leader, replica.Node.Role);
        replica.Tick(9);
        Assert.Equal(ReplicaRole.Leader, replica.Node.Role);
        replica.Tick(1);
        Assert.Equal((ReplicaRole.Follower, Given.In(1), ReplicaId.None), (replica.Node.Role, replica.Node.Term, replica.Node.Leader));
        Assert.Contains(RaftEventKind.QuorumLost, replica.Events);
    }

    [Fact]
    public void One_answer_in_each_period_keeps_the_leader()
    {
        var replica = LoneReplica.New().Lead();
        for (ulong round = 1; round < 10; round++)
        {
            replica.Tick(9);
            replica.Step(From.HeartbeatResponse(3, term: 1, round));
            replica.Tick(1);
        }

        Assert.Equal(ReplicaRole.Leader, replica.Node.Role);
    }

    [Fact]
    public void Bytes_of_uncommitted_commands_are_limited_and_released_by_commit()
    {
        var replica = LoneReplica.New(options => options with { MaxUncommittedBytes = 100 }).Lead().Commit();
        Assert.Equal(ProposalStatus.Accepted, replica.Node.Propose(new byte[200]).Status);
        Assert.Equal(ProposalStatus.TooManyUncommitted, replica.Node.Propose(Command).Status);
        Assert.Equal(200 + Entry.OverheadBytes, replica.Node.GetStatus().UncommittedBytes);
        replica.Commit();
        Assert.Equal(0, replica.Node.GetStatus().UncommittedBytes);
        Assert.Equal(ProposalStatus.Accepted, replica.Node.Propose(Command).Status);
    }

    [Fact]
    public void Proposals_of_one_loop_travel_in_one_append_and_one_write()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Node.Propose(Command);
        replica.Node.Propose(Command);
        replica.Node.Propose(Command);
        Assert.Equal(3, replica.TakeAll<AppendRequest>().Single(append => append.To == Given.Id(2)).Entries.Length);
        Assert.Single(replica.TakeWritten());
    }

    [Fact]
    public void An_accepted_proposal_names_its_position_and_term()
    {
        var replica = LoneReplica.With(term: 4, terms: [1]).Lead();
        Assert.Equal(new ProposalResult(ProposalStatus.Accepted, Given.At(3), Given.In(5)), replica.Node.Propose(Command));
    }

    [Fact]
    public void Membership_changes_wait_for_the_first_commit_of_the_term_and_for_each_other()
    {
        var replica = LoneReplica.New().Lead();
        Assert.Equal(ProposalStatus.MembershipChangePending, replica.Node.ProposeMembership(Remove(3)).Status);
        replica.Commit();
        Assert.Equal(ProposalStatus.Accepted, replica.Node.ProposeMembership(Remove(3)).Status);
        Assert.Equal(Given.Voters(1, 2), replica.Node.Membership);
        Assert.Equal(ProposalStatus.MembershipChangePending, replica.Node.ProposeMembership(Remove(2)).Status);
        replica.Commit();
        Assert.Equal(ProposalStatus.Accepted, replica.Node.ProposeMembership(Remove(2)).Status);
    }

    [Fact]
    public void The_proposers_bytes_travel_in_the_membership_entry()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Node.ProposeMembership(Remove(3) with { Context = Command });
        replica.Settle();
        Assert.Equal(Command, MembershipEntry.Decode(replica.Replica.Disk.Entries[^1].Data).Context.ToArray());
    }

    [Fact]
    public void A_transfer_is_given_up_when_its_target_stops_being_a_voter()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Node.ProposeMembership(Remove(3));
        replica.Settle();
        Assert.Equal(ProposalStatus.InvalidTransferTarget, replica.Node.TransferLeadership(Given.Id(3)));
        Assert.Equal(ProposalStatus.Accepted, replica.Node.TransferLeadership(Given.Id(2)));
        Assert.Equal(Given.Id(2), replica.Node.GetStatus().TransferTarget);
    }

    [Fact]
    public void A_follower_behind_the_compacted_part_needs_a_snapshot_and_gets_nothing_else()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Node.Propose(Command);
        replica.Settle();
        replica.Commit();
        replica.Replica.Compact(Given.At(2));
        replica.Step(new AppendRejected(Given.Id(3), Given.Id(1), Given.In(1), LogIndex.None, LogIndex.None, Term.None));
        replica.Step(From.HeartbeatResponse(3, term: 1, round: 1));
        Assert.Equal(Given.Ids(3), replica.SnapshotsWanted);
        replica.Forget();
        replica.Node.Propose(Command);
        Assert.Equal(Given.Ids(2), replica.TakeAll<AppendRequest>().Select(append => append.To));
        replica.Node.SendSnapshot(Given.Id(3), replica.Node.DescribeSnapshot(Given.At(2)));
        Assert.Equal(Given.At(2), replica.TakeOnly<InstallSnapshot>().Snapshot.Index);
    }

    [Fact]
    public void Snapshots_and_losses_that_concern_nobody_are_ignored()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Node.SendSnapshot(Given.Id(2), replica.Node.DescribeSnapshot(Given.At(1)));
        replica.Node.SendSnapshot(Given.Id(9), replica.Node.DescribeSnapshot(Given.At(1)));
        replica.Node.SnapshotFailed(Given.Id(2));
        replica.Node.SnapshotFailed(Given.Id(9));
        replica.Node.Unreachable(Given.Id(1));
        replica.Node.Unreachable(Given.Id(9));
        Assert.Empty(replica.TakeAll<InstallSnapshot>());
    }

    private static MembershipChange Remove(ulong id) => new([new MemberChange(MemberChangeKind.Remove, Given.Id(id))]);
}
