using Coordination.Protocol.V1;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The Services service's methods by their names in the protocol, and their routes.</summary>
internal sealed class RegistryMethods(RegistryService service, CallSetup calls) : IServiceMethodProvider<RegistryService>
{
    private const string All = HttpRoutes.Prefix + "/services";
    private const string One = All + "/{name}/instances/{id}";

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<RegistryService> context)
    {
        var methods = new MethodBinder<RegistryService>(Services.Descriptor, context, calls);
        methods.Unary("Register", RegisterRequest.Parser, RegisterResponse.Parser, service.RegisterAsync, HttpRoute.Put(One));
        methods.Unary(
            "Heartbeat", HeartbeatRequest.Parser, HeartbeatResponse.Parser, service.HeartbeatAsync, HttpRoute.Post(One + "/heartbeat"));
        methods.Unary("Drain", DrainRequest.Parser, DrainResponse.Parser, service.DrainAsync, HttpRoute.Post(One + "/drain"));
        methods.Unary(
            "Deregister", DeregisterRequest.Parser, DeregisterResponse.Parser, service.DeregisterAsync, HttpRoute.Delete(One));
        methods.Unary(
            "GetInstance", GetInstanceRequest.Parser, GetInstanceResponse.Parser, service.GetInstanceAsync, HttpRoute.Get(One));
        methods.Unary("Query", QueryRequest.Parser, QueryResponse.Parser, service.QueryAsync, HttpRoute.Get(All + "/{name}"));
        methods.Unary("ListNames", ListNamesRequest.Parser, ListNamesResponse.Parser, service.ListNamesAsync, HttpRoute.Get(All));
        methods.ServerStream(
            "Watch", QueryRequest.Parser, InstanceChanges.Parser, service.WatchAsync, HttpRoute.Get(All + "/{name}/watch"));
    }
}
