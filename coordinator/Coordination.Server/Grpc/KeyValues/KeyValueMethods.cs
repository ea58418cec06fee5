using Coordination.Protocol.Etcd;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The KV service's methods by their names in the protocol.</summary>
internal sealed class KeyValueMethods(KeyValueService service, CallSetup calls)
    : IServiceMethodProvider<KeyValueService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<KeyValueService> context)
    {
        var methods = new MethodBinder<KeyValueService>(KV.Descriptor, context, calls);
        methods.Unary("Range", RangeRequest.Parser, RangeResponse.Parser, service.RangeAsync);
        methods.Unary("Put", PutRequest.Parser, PutResponse.Parser, service.PutAsync);
        methods.Unary("DeleteRange", DeleteRangeRequest.Parser, DeleteRangeResponse.Parser, service.DeleteRangeAsync);
        methods.Unary("Txn", TxnRequest.Parser, TxnResponse.Parser, service.TxnAsync);
        methods.Unary("Compact", CompactionRequest.Parser, CompactionResponse.Parser, service.CompactAsync);
    }
}
