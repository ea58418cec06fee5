using Coordination.Protocol.Etcd.Elections;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The Election service's methods by their names in the protocol.</summary>
internal sealed class ElectionMethods(ElectionService service, CallSetup calls) : IServiceMethodProvider<ElectionService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<ElectionService> context)
    {
        var methods = new MethodBinder<ElectionService>(Election.Descriptor, context, calls);
        methods.Wait("Campaign", CampaignRequest.Parser, CampaignResponse.Parser, service.CampaignAsync);
        methods.Unary("Proclaim", ProclaimRequest.Parser, ProclaimResponse.Parser, service.ProclaimAsync);
        methods.Unary("Leader", LeaderRequest.Parser, LeaderResponse.Parser, service.LeaderAsync);
        methods.ServerStream("Observe", LeaderRequest.Parser, LeaderResponse.Parser, service.ObserveAsync);
        methods.Unary("Resign", ResignRequest.Parser, ResignResponse.Parser, service.ResignAsync);
    }
}
