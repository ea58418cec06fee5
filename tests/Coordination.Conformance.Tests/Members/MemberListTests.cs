using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Coordination.Conformance.Tests;

public sealed class MemberListTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryLoneServer(false)]
    [OnEveryLoneServer(true)]
    public async Task The_lone_member_is_listed_with_its_addresses(IConformanceTarget target, bool linearizable)
    {
        var session = await servers.Open(target);

        var response = await session.MemberList(linearizable);

        var member = Assert.Single(response.Members);
        Assert.Equal(("default", response.Header.MemberId, false), (member.Name, member.ID, member.IsLearner));
        Assert.Equal([session.Ports.ClientUrl.GetLeftPart(UriPartial.Authority)], member.ClientURLs);
        Assert.Equal([session.Ports.PeerUrl.GetLeftPart(UriPartial.Authority)], member.PeerURLs);
    }

    [Theory, OnEveryTarget]
    public async Task Its_header_tells_no_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("k");

        var header = (await session.MemberList()).Header;

        Assert.Equal(0, header.Revision);
        Assert.NotEqual(0UL, header.ClusterId);
        Assert.NotEqual(0UL, header.RaftTerm);
    }

    [Theory, OnEveryTarget]
    public async Task Ids_derive_from_peer_addresses_and_cluster_token(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var header = (await session.MemberList()).Header;

        var all = session.Members.Select(IdOf).Order().SelectMany(BigEndian);
        Assert.Equal((IdOf(session.Member), Digest([.. all])), (header.MemberId, header.ClusterId));
    }

    [Theory, OnEveryLoneServer]
    public async Task Leadership_can_be_moved_to_oneself_but_not_to_a_stranger(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var member = (await session.MemberList()).Header.MemberId;

        Assert.Null((await session.MoveLeader(member)).Header);
        await new Refusal(StatusCode.FailedPrecondition, "etcdserver: bad leader transferee").Answers(() => session.MoveLeader(4711));
    }

    private static ulong IdOf(ServerNode member) =>
        Digest(Encoding.UTF8.GetBytes(member.Ports.PeerUrl.GetLeftPart(UriPartial.Authority) + "etcd-cluster"));

    private static byte[] BigEndian(ulong id)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        return bytes;
    }

#pragma warning disable CA5350 // Ids are defined by SHA-1 and protect nothing.
    private static ulong Digest(byte[] text) => BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(text));
#pragma warning restore CA5350
}
