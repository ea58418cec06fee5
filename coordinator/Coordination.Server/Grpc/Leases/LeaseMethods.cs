using Coordination.Protocol.Etcd;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The Lease service's methods by their names in the protocol.</summary>
internal sealed class LeaseMethods(LeaseService service, CallSetup calls) : IServiceMethodProvider<LeaseService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<LeaseService> context)
    {
        var methods = new MethodBinder<LeaseService>(Lease.Descriptor, context, calls);
        methods.Unary("LeaseGrant", LeaseGrantRequest.Parser, LeaseGrantResponse.Parser, service.GrantAsync);
        methods.Unary("LeaseRevoke", LeaseRevokeRequest.Parser, LeaseRevokeResponse.Parser, service.RevokeAsync);
        methods.Unary("LeaseTimeToLive", LeaseTimeToLiveRequest.Parser, LeaseTimeToLiveResponse.Parser, service.TimeToLiveAsync);
        methods.Unary("LeaseLeases", LeaseLeasesRequest.Parser, LeaseLeasesResponse.Parser, service.LeasesAsync);
        methods.Duplex(
            "LeaseKeepAlive",
            LeaseKeepAliveRequest.Parser,
            LeaseKeepAliveResponse.Parser,
            (requests, responses, ended) => KeepAliveStream.RunAsync(requests, responses, service.KeepAliveAsync, ended));
    }
}
