using Coordination.Protocol.Etcd;

namespace Coordination.Server;

/// <summary>etcd's Cluster service, as far as the members of a cluster are for good. From any thread.</summary>
internal sealed class ClusterService(EtcdPartition partition, ClusterMembers members)
{
    public async ValueTask<MemberListResponse> MemberListAsync(MemberListRequest request)
    {
        if (request.Linearizable)
        {
            await partition.ReadAsync().ConfigureAwait(false);
        }

        var response = new MemberListResponse { Header = partition.Header(revision: 0) };
        foreach (ClusterMember known in members.All)
        {
            var member = new Member { ID = known.Id, Name = known.Name };
            member.PeerURLs.AddRange(known.PeerUrls);
            member.ClientURLs.AddRange(known.ClientUrls);
            response.Members.Add(member);
        }

        return response;
    }
}
