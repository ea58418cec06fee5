using Coordination.Raft;

namespace Coordination.Simulation.Tests;

public sealed class DurabilityCheckerTests
{
    private static readonly ReplicaId Candidate = new(1);

    private static readonly VoteRequest Request =
        new(Candidate, new ReplicaId(2), new Term(5), LogIndex.None, Term.None, CampaignCause.Timeout);

    [Fact]
    public void A_request_for_votes_with_a_durable_vote_is_right()
    {
        DurabilityChecker.OnVoteRequest(WithHardState(5, 1), Request);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(5, 0)]
    public void A_request_for_votes_before_the_own_vote_is_durable_is_noticed(ulong term, ulong vote)
    {
        History.Breaks(Rules.DurableClaim, () => DurabilityChecker.OnVoteRequest(WithHardState(term, vote), Request));
    }

    [Fact]
    public void A_request_for_votes_for_a_log_that_is_not_durable_is_noticed()
    {
        var longer = Request with { LastIndex = new LogIndex(3), LastTerm = new Term(4) };
        History.Breaks(Rules.DurableClaim, () => DurabilityChecker.OnVoteRequest(WithHardState(5, 1), longer));
    }

    private static ReplicaRecord WithHardState(ulong term, ulong vote) =>
        new(Candidate, 0) { DurableHardState = new HardState(new Term(term), new ReplicaId(vote), LogIndex.None) };
}
