namespace Coordination.Conformance.Tests;

/// <summary>Who belongs to a cluster, told by each of its members.</summary>
public sealed class ClusterMemberListTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryClusterMember(false)]
    [OnEveryClusterMember(true)]
    public async Task All_members_are_listed_with_name_and_addresses(IConformanceTarget target, bool linearizable)
    {
        var session = await servers.Open(target);

        // A member tells the others where clients find it once it serves.
        await Eventually.Holds(async () => (await session.MemberList(linearizable)).Members.All(member => member.ClientURLs.Count > 0));
        var listed = (await session.MemberList(linearizable)).Members;

        Assert.Equal(session.Members.Count, listed.Count);
        Assert.All(session.Members, expected =>
        {
            var member = Assert.Single(listed, member => member.Name == expected.Name);
            Assert.Equal([expected.Ports.PeerUrl.GetLeftPart(UriPartial.Authority)], member.PeerURLs);
            Assert.Equal([expected.Ports.ClientUrl.GetLeftPart(UriPartial.Authority)], member.ClientURLs);
            Assert.False(member.IsLearner);
        });
    }

    [Theory, OnEveryClusterMember]
    public async Task Members_are_listed_by_id_and_the_header_names_the_one_that_answers(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var response = await session.MemberList();

        var ids = response.Members.Select(member => member.ID).ToList();
        Assert.Equal(ids.Order(), ids);
        Assert.Equal(session.Member.Name, response.Members.Single(member => member.ID == response.Header.MemberId).Name);
    }

    [Theory, OnEveryClusterMember]
    public async Task All_members_are_of_one_cluster(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var headers = await Task.WhenAll(session.ThroughEach.Select(async through => (await through.MemberList()).Header));

        Assert.Single(headers.Select(header => header.ClusterId).Distinct());
        Assert.Equal(headers.Length, headers.Select(header => header.MemberId).Distinct().Count());
    }
}
