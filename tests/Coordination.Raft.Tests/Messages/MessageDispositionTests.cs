namespace Coordination.Raft.Tests;

public sealed class MessageDispositionTests
{
    /// <summary>The whole table once more, in the order follower, pre-candidate, candidate, leader: h acts, i ignores, x cannot be.</summary>
    [Theory]
    [InlineData(MessageKind.PreVoteRequest, "hhhh")]
    [InlineData(MessageKind.PreVoteResponse, "ihii")]
    [InlineData(MessageKind.VoteRequest, "hhhh")]
    [InlineData(MessageKind.VoteResponse, "iihi")]
    [InlineData(MessageKind.AppendRequest, "hhhx")]
    [InlineData(MessageKind.AppendAccepted, "iixh")]
    [InlineData(MessageKind.AppendRejected, "iixh")]
    [InlineData(MessageKind.HeartbeatRequest, "hhhx")]
    [InlineData(MessageKind.HeartbeatResponse, "iixh")]
    [InlineData(MessageKind.InstallSnapshot, "hhhx")]
    [InlineData(MessageKind.TimeoutNow, "hhxx")]
    [InlineData(MessageKind.ReadIndexRequest, "iixh")]
    [InlineData(MessageKind.ReadIndexResponse, "hiix")]
    [InlineData(MessageKind.Quiesce, "hhhx")]
    [InlineData(MessageKind.TermNotice, "iiii")]
    public void Each_role_knows_what_to_do_with_each_kind(MessageKind kind, string dispositions)
    {
        foreach (var role in Enum.GetValues<ReplicaRole>())
        {
            var expected = dispositions[(int)role] switch
            {
                'h' => Disposition.Handle,
                'i' => Disposition.Ignore,
                _ => Disposition.Impossible,
            };
            Assert.Equal(expected, MessageDispositions.Of(role, kind));
        }
    }

    [Fact]
    public void A_kind_from_a_later_version_is_ignored()
    {
        Assert.Equal(Disposition.Ignore, MessageDispositions.Of(ReplicaRole.Leader, (MessageKind)16));
        Assert.Equal(Disposition.Ignore, MessageDispositions.Of(ReplicaRole.Follower, (MessageKind)0));
        Assert.Equal(Disposition.Ignore, MessageDispositions.Of(ReplicaRole.Leader, (MessageKind)255));
    }
}
