using Coordination.Protocol.Etcd;

namespace Coordination.Server;

/// <summary>etcd's Cluster service, as far as a single member can answer. From any thread.</summary>
internal sealed class ClusterService(EtcdPartition partition)
{
    public async ValueTask<MemberListResponse> MemberListAsync(MemberListRequest request)
    {
        if (request.Linearizable)
        {
            await partition.ReadAsync().ConfigureAwait(false);
        }

        var identity = partition.Identity;
        var member = new Member { ID = identity.MemberId, Name = identity.Name };
        member.PeerURLs.AddRange(identity.PeerUrls);
        member.ClientURLs.AddRange(identity.ClientUrls);
        var response = new MemberListResponse { Header = partition.Header(revision: 0) };
        response.Members.Add(member);
        return response;
    }
}
