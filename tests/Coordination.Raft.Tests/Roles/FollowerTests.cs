namespace Coordination.Raft.Tests;

public sealed class FollowerTests
{
    [Fact]
    public void Follower_appends_and_acknowledges_when_the_entries_are_on_disk()
    {
        var replica = LoneReplica.New();
        replica.Replica.IsDiskStalled = true;
        replica.Step(From.Append(2, term: 1, entries: [Given.Command(1, 1), Given.Command(2, 1)]));
        Assert.Empty(replica.TakeSent());
        replica.Replica.Persist();
        Assert.Equal(Given.At(2), replica.TakeOnly<AppendAccepted>().MatchIndex);
    }

    [Fact]
    public void Follower_rejects_append_with_gap()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1]);
        replica.Step(From.Append(2, term: 1, previousIndex: 5, previousTerm: 1, entries: [Given.Command(6, 1)]));
        var rejection = replica.TakeOnly<AppendRejected>();
        Assert.Equal(
            (Given.At(5), Given.At(2), Given.In(1)), (rejection.PreviousIndex, rejection.HintIndex, rejection.HintTerm));
    }

    [Fact]
    public void Follower_rejects_append_behind_an_entry_of_another_term_and_skips_that_term_in_the_hint()
    {
        var replica = LoneReplica.With(term: 3, terms: [1, 3, 3, 3]);
        replica.Step(From.Append(2, term: 4, previousIndex: 4, previousTerm: 2, entries: [Given.Command(5, 4)]));
        var rejection = replica.TakeOnly<AppendRejected>();
        Assert.Equal((Given.At(1), Given.In(1)), (rejection.HintIndex, rejection.HintTerm));
    }

    [Fact]
    public void Rejection_changes_neither_log_nor_disk()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1]);
        replica.Step(From.Append(2, term: 1, previousIndex: 5, previousTerm: 1, commit: 5));
        Assert.Empty(replica.TakeWritten());
        Assert.Equal((LogIndex.None, Given.At(2)), (replica.Node.Committed, replica.Node.GetStatus().LastIndex));
    }

    [Fact]
    public void Follower_replaces_what_conflicts_and_keeps_what_agrees()
    {
        var replica = LoneReplica.With(term: 2, terms: [1, 1, 2, 2]);
        replica.Step(From.Append(2, term: 3, previousIndex: 1, previousTerm: 1, entries: [Given.Command(2, 1), Given.Command(3, 3)]));
        Assert.Equal([RaftEventKind.BecameFollower, RaftEventKind.LeaderKnown, RaftEventKind.LogTruncated], replica.Events);
        Assert.Equal(["1@1 Command 0B", "2@1 Command 0B", "3@3 Command 0B"], replica.Replica.Disk.Entries.Select(e => e.ToString()));
        var written = Assert.Single(replica.TakeWritten());
        Assert.Equal(Given.At(3), written.Entries.Span[0].Index);
    }

    [Fact]
    public void A_repeated_append_is_acknowledged_again_and_written_once()
    {
        var replica = LoneReplica.New();
        var append = From.Append(2, term: 1, entries: [Given.Command(1, 1)]);
        replica.Step(append);
        replica.Step(append);
        Assert.Equal(2, replica.TakeAll<AppendAccepted>().Length);
        Assert.Single(replica.TakeWritten());
    }

    [Fact]
    public void A_late_shorter_append_does_not_cut_the_log()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Append(2, term: 1, entries: [Given.Command(1, 1), Given.Command(2, 1)]));
        replica.Step(From.Append(2, term: 1, entries: [Given.Command(1, 1)]));
        Assert.Equal([Given.At(2), Given.At(1)], replica.TakeAll<AppendAccepted>().Select(accepted => accepted.MatchIndex));
        Assert.Equal(Given.At(2), replica.Node.GetStatus().LastIndex);
    }

    [Theory]
    [InlineData(9, 2)]
    [InlineData(1, 1)]
    public void Commit_reaches_at_most_the_last_entry_of_the_append(int leaderCommit, int committed)
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1, 1, 1]);
        replica.Step(From.Append(2, term: 1, previousIndex: 1, previousTerm: 1, commit: leaderCommit, entries: [Given.Command(2, 1)]));
        Assert.Equal(Given.At(committed), replica.Node.Committed);
    }

    [Fact]
    public void Heartbeat_moves_the_commit_and_is_answered_with_its_round()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1]);
        replica.Step(From.Heartbeat(2, term: 1, commit: 2, round: 7));
        Assert.Equal((7UL, Given.In(1)), (replica.TakeOnly<HeartbeatResponse>() is var answer ? answer.Round : 0, replica.Node.Term));
        Assert.Equal(Given.At(2), replica.Replica.Applied);
    }

    [Fact]
    public void Heartbeat_with_a_commit_beyond_the_log_means_that_acknowledged_entries_were_lost() =>
        Assert.Throws<InvariantViolationException>(
            () => LoneReplica.With(term: 1, terms: [1]).Step(From.Heartbeat(2, term: 1, commit: 2)));

    [Fact]
    public void Two_leaders_in_one_term_stop_the_replica()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Heartbeat(2, term: 1));
        Assert.Throws<InvariantViolationException>(() => replica.Step(From.Heartbeat(3, term: 1)));
    }

    [Fact]
    public void A_leader_that_would_replace_committed_entries_stops_the_replica()
    {
        var replica = LoneReplica.With(term: 2, terms: [1, 1, 1], commit: 3);
        var append = From.Append(2, term: 3, previousIndex: 1, previousTerm: 1, entries: [.. Given.Commands(1, 3, 3, 3)[1..]]);
        Assert.Throws<InvariantViolationException>(() => replica.Step(append));
    }

    [Fact]
    public void Entries_with_gaps_or_of_the_future_stop_the_replica()
    {
        Assert.Throws<InvariantViolationException>(() => LoneReplica.New().Step(From.Append(2, term: 1, entries: [Given.Command(2, 1)])));
        Assert.Throws<InvariantViolationException>(() => LoneReplica.New().Step(From.Append(2, term: 1, entries: [Given.Command(1, 2)])));
    }

    [Fact]
    public void Leaders_of_an_earlier_term_get_a_notice()
    {
        Message[] stale =
        [
            From.Append(2, term: 3),
            From.Heartbeat(2, term: 3),
            From.Snapshot(2, term: 3, Given.Snapshot(9, 3, Given.Voters(1, 2, 3))),
            new Quiesce(Given.Id(2), Given.Id(1), Given.In(3), Given.At(1), Given.In(1)),
            new ReadIndexRequest(Given.Id(2), Given.Id(1), Given.In(3), new ReadBatchId(1, 1)),
        ];
        var replica = LoneReplica.With(term: 4, terms: [1]);
        foreach (var message in stale)
        {
            replica.Step(message);
            Assert.Equal(new TermNotice(Given.Id(1), Given.Id(2), Given.In(4)), replica.TakeOnly<TermNotice>());
        }
    }

    [Fact]
    public void Late_answers_of_an_earlier_term_are_not_answered()
    {
        Message[] stale =
        [
            From.Accepted(2, term: 3, match: 1),
            new AppendRejected(Given.Id(2), Given.Id(1), Given.In(3), Given.At(1), LogIndex.None, Term.None),
            From.HeartbeatResponse(2, term: 3, round: 1),
            From.VoteResponse(2, term: 3, granted: true),
            new TermNotice(Given.Id(2), Given.Id(1), Given.In(3)),
        ];
        var replica = LoneReplica.With(term: 4, terms: [1]);
        Array.ForEach(stale, replica.Step);
        Assert.Empty(replica.TakeSent());
        Assert.Equal(Given.In(4), replica.Node.Term);
    }

    [Fact]
    public void Messages_for_others_and_from_itself_are_ignored()
    {
        var replica = LoneReplica.New();
        replica.Step(new HeartbeatRequest(Given.Id(2), Given.Id(3), Given.In(5), LogIndex.None, 1));
        replica.Step(new VoteRequest(Given.Id(1), Given.Id(1), Given.In(5), LogIndex.None, Term.None, CampaignCause.Timeout));
        Assert.Equal(Term.None, replica.Node.Term);
        Assert.Empty(replica.TakeSent());
    }

    [Fact]
    public void Snapshot_replaces_a_log_that_ends_before_it()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1]);
        var snapshot = Given.Snapshot(9, 3, Given.Voters(1, 2));
        replica.Step(From.Snapshot(2, term: 4, snapshot));
        Assert.Equal(Given.At(9), replica.TakeOnly<AppendAccepted>().MatchIndex);
        Assert.Equal((snapshot, Given.Voters(1, 2)), (replica.Replica.Disk.Snapshot, replica.Node.Membership));
        Assert.Equal((Given.At(9), Given.At(9)), (replica.Node.Committed, replica.Node.GetStatus().Applied));
    }

    [Fact]
    public void Snapshot_is_acknowledged_only_when_installed()
    {
        var replica = LoneReplica.New();
        replica.Replica.IsDiskStalled = true;
        replica.Step(From.Snapshot(2, term: 4, Given.Snapshot(9, 3, Given.Voters(1, 2))));
        replica.Step(From.Append(2, term: 4, previousIndex: 9, previousTerm: 3, entries: [Given.Command(10, 4)]));
        Assert.Empty(replica.TakeSent());
        replica.Replica.Persist();
        Assert.Equal([Given.At(9), Given.At(10)], replica.TakeAll<AppendAccepted>().Select(accepted => accepted.MatchIndex));
    }

    [Fact]
    public void Snapshot_of_entries_that_are_there_keeps_the_log()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1, 1, 1]);
        replica.Step(From.Snapshot(2, term: 1, Given.Snapshot(3, 1, Given.Voters(1, 2, 3))));
        Assert.Equal(Given.At(3), replica.TakeOnly<AppendAccepted>().MatchIndex);
        Assert.Equal((Given.At(4), Given.At(3)), (replica.Node.GetStatus().LastIndex, replica.Node.Committed));
        Assert.DoesNotContain(RaftEventKind.SnapshotAccepted, replica.Events);
    }

    [Fact]
    public void Snapshot_that_contradicts_the_log_replaces_it()
    {
        var replica = LoneReplica.With(term: 2, terms: [1, 2, 2, 2, 2]);
        replica.Step(From.Snapshot(2, term: 3, Given.Snapshot(3, 3, Given.Voters(1, 2, 3))));
        Assert.Equal((Given.At(3), Given.In(3)), (replica.Node.GetStatus().LastIndex, replica.Node.GetStatus().LastTerm));
        Assert.Contains(RaftEventKind.SnapshotAccepted, replica.Events);
    }

    [Fact]
    public void Snapshot_older_than_the_commit_is_answered_with_the_commit()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1, 1], commit: 3);
        replica.Step(From.Snapshot(2, term: 1, Given.Snapshot(2, 1, Given.Voters(1, 2, 3))));
        Assert.Equal(Given.At(3), replica.TakeOnly<AppendAccepted>().MatchIndex);
    }

    [Fact]
    public void An_append_behind_the_compacted_part_is_answered_with_the_commit()
    {
        var replica = LoneReplica.With(term: 1, terms: [1, 1, 1], commit: 3);
        replica.Settle();
        replica.Node.Compact(Given.At(3));
        replica.Step(From.Append(2, term: 1, previousIndex: 1, previousTerm: 1, entries: [.. Given.Commands(1, 1, 1, 1)[1..]]));
        Assert.Equal(Given.At(3), replica.TakeOnly<AppendAccepted>().MatchIndex);
    }

    [Fact]
    public void Membership_entries_count_as_soon_as_they_are_in_the_log()
    {
        var replica = LoneReplica.New();
        replica.Step(From.Append(2, term: 1, entries: [Given.MembershipChange(1, 1, Given.Voters(1, 2))]));
        Assert.Equal((Given.Voters(1, 2), LogIndex.None), (replica.Node.Membership, replica.Node.Committed));
        replica.Step(From.Append(3, term: 2, entries: [Given.Command(1, 2)]));
        Assert.Equal(Given.Voters(1, 2, 3), replica.Node.Membership);
    }

    [Fact]
    public void A_term_notice_ends_the_term()
    {
        var replica = LoneReplica.New().Lead();
        replica.Step(new TermNotice(Given.Id(3), Given.Id(1), Given.In(8)));
        Assert.Equal((ReplicaRole.Follower, Given.In(8)), (replica.Node.Role, replica.Node.Term));
    }
}
