using Coordination.Protocol.Etcd;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The Cluster service's methods by their names in the protocol.</summary>
internal sealed class ClusterMethods(ClusterService service, CallSetup calls)
    : IServiceMethodProvider<ClusterService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<ClusterService> context) =>
        new MethodBinder<ClusterService>(Protocol.Etcd.Cluster.Descriptor, context, calls)
            .Unary("MemberList", MemberListRequest.Parser, MemberListResponse.Parser, service.MemberListAsync);
}
