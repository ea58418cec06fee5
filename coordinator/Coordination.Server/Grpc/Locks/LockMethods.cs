using Coordination.Protocol.Etcd.Locks;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The Lock service's methods by their names in the protocol.</summary>
internal sealed class LockMethods(LockService service, CallSetup calls) : IServiceMethodProvider<LockService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<LockService> context)
    {
        var methods = new MethodBinder<LockService>(Protocol.Etcd.Locks.Lock.Descriptor, context, calls);
        methods.Wait("Lock", LockRequest.Parser, LockResponse.Parser, service.LockAsync);
        methods.Unary("Unlock", UnlockRequest.Parser, UnlockResponse.Parser, service.UnlockAsync);
    }
}
