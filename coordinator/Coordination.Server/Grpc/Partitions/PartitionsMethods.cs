using Coordination.Protocol.V1;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The Partitions service's methods by their names in the protocol.</summary>
internal sealed class PartitionsMethods(PartitionsService service, CallSetup calls) : IServiceMethodProvider<PartitionsService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<PartitionsService> context)
    {
        var methods = new MethodBinder<PartitionsService>(Partitions.Descriptor, context, calls);
        methods.Unary("ListPartitions", ListPartitionsRequest.Parser, ListPartitionsResponse.Parser, service.ListPartitionsAsync);
        methods.Unary("MoveLeader", MoveLeaderRequest.Parser, MoveLeaderResponse.Parser, service.MoveLeaderAsync);
        methods.Unary("CreatePartition", CreatePartitionRequest.Parser, CreatePartitionResponse.Parser, service.CreatePartitionAsync);
        methods.Unary("MoveReplica", MoveReplicaRequest.Parser, MoveReplicaResponse.Parser, service.MoveReplicaAsync);
        methods.Unary("DropPartition", DropPartitionRequest.Parser, DropPartitionResponse.Parser, service.DropPartitionAsync);
    }
}
