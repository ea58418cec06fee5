namespace Coordination.Raft.Tests;

public sealed class ReadTests
{
    [Fact]
    public void Read_is_confirmed_by_a_majority_that_answers_a_round_begun_after_it()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Tick();
        ulong earlier = replica.TakeAll<HeartbeatRequest>()[0].Round;
        replica.Node.Read(7);
        ulong round = replica.TakeAll<HeartbeatRequest>()[0].Round;
        Assert.Equal(earlier + 1, round);
        replica.Step(From.HeartbeatResponse(2, term: 1, earlier));
        replica.Step(From.HeartbeatResponse(3, term: 1, earlier));
        Assert.Empty(replica.Replica.Reads);
        replica.Step(From.HeartbeatResponse(3, term: 1, round));
        Assert.Equal(new ReadResult(7, ReadOutcome.Confirmed, Given.At(1)), Assert.Single(replica.Replica.Reads));
    }

    [Fact]
    public void Answers_of_an_earlier_term_confirm_nothing()
    {
        var replica = LoneReplica.With(term: 3, terms: [1]).Lead().Commit();
        replica.Node.Read(7);
        replica.Settle();
        replica.Step(From.HeartbeatResponse(2, term: 3, round: 2));
        Assert.Empty(replica.Replica.Reads);
    }

    [Fact]
    public void Learners_do_not_confirm_a_read()
    {
        var membership = Membership.Create(Given.Ids(1, 2, 3), learners: Given.Ids(4));
        var replica = new LoneReplica(new RestoredState { Snapshot = Given.Snapshot(0, 0, membership) }).Lead().Commit();
        replica.Node.Read(7);
        ulong round = replica.TakeAll<HeartbeatRequest>()[0].Round;
        replica.Step(From.HeartbeatResponse(4, term: 1, round));
        Assert.Empty(replica.Replica.Reads);
        replica.Step(From.HeartbeatResponse(3, term: 1, round));
        Assert.Single(replica.Replica.Reads);
    }

    [Fact]
    public void A_joint_leader_needs_both_majorities_to_confirm_a_read()
    {
        var replica = LoneReplica.New().Lead().Commit();
        MemberChange[] steps = [new(MemberChangeKind.AddVoter, Given.Id(4)), new(MemberChangeKind.AddVoter, Given.Id(5))];
        replica.Node.ProposeMembership(new MembershipChange(steps));
        replica.Settle();
        Assert.True(replica.Node.Membership.IsJoint);
        replica.Node.Read(7);
        ulong round = replica.TakeAll<HeartbeatRequest>()[^1].Round;
        replica.Step(From.HeartbeatResponse(2, term: 1, round));
        Assert.Empty(replica.Replica.Reads);
        replica.Step(From.HeartbeatResponse(4, term: 1, round));
        Assert.Single(replica.Replica.Reads);
    }

    [Fact]
    public void The_index_of_a_read_is_the_commit_when_its_round_begins()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Node.Read(7);
        ulong round = replica.TakeAll<HeartbeatRequest>()[0].Round;
        replica.Node.Propose(new byte[] { 1 });
        replica.Settle();
        replica.Commit();
        replica.Step(From.HeartbeatResponse(2, term: 1, round));
        Assert.Equal(Given.At(1), Assert.Single(replica.Replica.Reads).Index);
    }

    [Fact]
    public void Reads_that_come_while_rounds_are_under_way_share_a_later_one()
    {
        var replica = LoneReplica.New().Lead().Commit();
        for (ulong id = 1; id <= 20; id++)
        {
            replica.Node.Read(id);
            replica.Settle();
        }

        var rounds = replica.TakeAll<HeartbeatRequest>().Select(heartbeat => heartbeat.Round).Distinct().ToList();
        Assert.InRange(rounds.Count, 1, 8);
        replica.Step(From.HeartbeatResponse(2, term: 1, rounds[^1]));
        rounds.AddRange(replica.TakeAll<HeartbeatRequest>().Select(heartbeat => heartbeat.Round));
        replica.Step(From.HeartbeatResponse(2, term: 1, rounds[^1]));
        Assert.Equal(Enumerable.Range(1, 20).Select(id => (ulong)id), replica.Replica.Reads.Select(read => read.Id));
    }

    [Fact]
    public void An_answer_to_an_earlier_start_of_the_follower_is_not_taken()
    {
        var replica = LoneReplica.New(options => options with { Incarnation = 5 });
        replica.Step(From.Heartbeat(2, term: 1));
        replica.Node.Read(7);
        var question = replica.TakeAll<ReadIndexRequest>()[0];
        Assert.Equal(new ReadBatchId(5, 1), question.Batch);
        replica.Step(new ReadIndexResponse(Given.Id(2), Given.Id(1), Given.In(1), new ReadBatchId(4, 1), Given.At(3)));
        Assert.Empty(replica.Replica.Reads);
        replica.Step(new ReadIndexResponse(Given.Id(2), Given.Id(1), Given.In(1), question.Batch, Given.At(3)));
        Assert.Equal(new ReadResult(7, ReadOutcome.Confirmed, Given.At(3)), Assert.Single(replica.Replica.Reads));
    }

    [Fact]
    public void An_answer_of_a_deposed_leader_is_not_taken()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1));
        replica.Node.Read(7);
        var question = replica.TakeAll<ReadIndexRequest>()[0];
        replica.Step(From.Heartbeat(3, term: 2));
        Assert.Equal(ReadOutcome.LeaderChanged, Assert.Single(replica.Replica.Reads).Outcome);
        replica.Step(new ReadIndexResponse(Given.Id(2), Given.Id(1), Given.In(1), question.Batch, Given.At(3)));
        Assert.Single(replica.Replica.Reads);
    }

    [Fact]
    public void Every_read_is_answered_at_most_once()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1));
        replica.Node.Read(7);
        var question = replica.TakeAll<ReadIndexRequest>()[0];
        var answer = new ReadIndexResponse(Given.Id(2), Given.Id(1), Given.In(1), question.Batch, Given.At(3));
        replica.Step(answer);
        replica.Step(answer);
        Assert.Single(replica.Replica.Reads);
        Assert.Equal(0, replica.Node.GetStatus().PendingReads);
    }

    [Fact]
    public void A_forwarded_batch_is_answered_to_whom_asked()
    {
        var replica = LoneReplica.New().Lead().Commit();
        replica.Step(new ReadIndexRequest(Given.Id(3), Given.Id(1), Given.In(1), new ReadBatchId(9, 4)));
        ulong round = replica.TakeAll<HeartbeatRequest>()[0].Round;
        replica.Step(From.HeartbeatResponse(2, term: 1, round));
        var answer = Assert.Single(replica.TakeAll<ReadIndexResponse>());
        Assert.Equal((Given.Id(3), new ReadBatchId(9, 4), Given.At(1)), (answer.To, answer.Batch, answer.Index));
    }
}
