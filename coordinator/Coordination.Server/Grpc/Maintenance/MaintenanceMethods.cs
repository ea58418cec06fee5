using Coordination.Protocol.Etcd;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The Maintenance service's methods by their names in the protocol.</summary>
internal sealed class MaintenanceMethods(
    MaintenanceService service, AlarmService alarms, BackupService backups, CallSetup calls)
    : IServiceMethodProvider<MaintenanceService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<MaintenanceService> context)
    {
        var methods = new MethodBinder<MaintenanceService>(Maintenance.Descriptor, context, calls);
        methods.Unary("Alarm", AlarmRequest.Parser, AlarmResponse.Parser, alarms.AlarmAsync);
        methods.Unary("Status", StatusRequest.Parser, StatusResponse.Parser, service.StatusAsync);
        methods.Unary("Defragment", DefragmentRequest.Parser, DefragmentResponse.Parser, service.DefragmentAsync);
        methods.Unary("Hash", HashRequest.Parser, HashResponse.Parser, service.HashAsync);
        methods.Unary("HashKV", HashKVRequest.Parser, HashKVResponse.Parser, service.HashKVAsync);
        methods.Unary("MoveLeader", MoveLeaderRequest.Parser, MoveLeaderResponse.Parser, service.MoveLeaderAsync);
        methods.Unary("Downgrade", DowngradeRequest.Parser, DowngradeResponse.Parser, MaintenanceService.DowngradeAsync);
        methods.ServerStream(
            "Snapshot",
            SnapshotRequest.Parser,
            SnapshotResponse.Parser,
            (_, responses, ended) => backups.SnapshotAsync(responses, ended));
    }
}
