namespace Coordination.Raft.Tests;

public sealed class RaftStatusTests
{
    [Fact]
    public void Peers_of_a_leader_are_the_other_members()
    {
        var status = LoneReplica.New().Lead().Node.GetStatus();
        Assert.Equal(Given.Ids(2, 3), status.Peers.Select(peer => peer.Id));
    }
}
