using Coordination.Client;
using Coordination.Protocol.V1;
using Coordination.Recipes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// The service <c>coordination.v1.Services</c>: <see cref="ServiceRegistry"/> for clients without the library. Keeps nothing between two
/// calls: what a heartbeat renews is the lease that the instance's key hangs on. From any thread.
/// </summary>
internal sealed class RegistryService(CoordinationClient client)
{
    private static readonly TimeSpan TtlDefault = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TtlMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TtlMax = TimeSpan.FromDays(30);

    private readonly ServiceRegistry _registry = new(client.Root);

    public async ValueTask<RegisterResponse> RegisterAsync(RegisterRequest request)
    {
        var instance = InstanceTranslation.Read(request);
        var ttl = RequestField.FindTime(request.Ttl, "ttl", TtlMin, TtlMax);
        if (ttl is not null && request.LeaseId != 0)
        {
            throw RequestField.Refuse("ttl", "the lease of lease_id has one of its own");
        }

        return await RecipeErrors.RunAsync(async () =>
        {
            var lease = await GetLeaseAsync(request.LeaseId, ttl ?? TtlDefault).ConfigureAwait(false);
            long revision = await _registry.RegisterForLeaseAsync(instance, lease.Id).ConfigureAwait(false);
            return new RegisterResponse
            {
                Id = instance.Id,
                LeaseId = lease.Id.Value,
                Ttl = Duration.FromTimeSpan(lease.TimeToLive),
                Revision = revision,
            };
        }).ConfigureAwait(false);
    }

    public async ValueTask<HeartbeatResponse> HeartbeatAsync(HeartbeatRequest request)
    {
        var (name, id) = Check(request.Name, request.Id);
        var status = InstanceTranslation.FindStatus(request.Status);
        if (status is null && request.Note.Length > 0)
        {
            throw RequestField.Refuse("note", "goes with a status");
        }

        return await RecipeErrors.RunAsync(async () =>
        {
            var found = await _registry.FindInstanceAsync(name, id).ConfigureAwait(false);
            var instance = CheckLease(found, request.LeaseId);
            var response = new HeartbeatResponse();
            if (instance.Lease != LeaseId.None)
            {
                response.Ttl = Duration.FromTimeSpan(await RenewAsync(instance.Lease).ConfigureAwait(false));
            }

            if (status is { } reported)
            {
                string? note = request.Note.Length == 0 ? null : request.Note;
                instance = CheckLease(
                    await _registry.UpdateAsync(
                        name, id, current => CheckLease(current, request.LeaseId) with { Status = reported, Note = note })
                        .ConfigureAwait(false),
                    request.LeaseId);
            }

            response.Instance = InstanceTranslation.ToMessage(instance);
            return response;
        }).ConfigureAwait(false);
    }

    public async ValueTask<DrainResponse> DrainAsync(DrainRequest request)
    {
        var (name, id) = Check(request.Name, request.Id);
        var drained = await RecipeErrors.RunAsync(
            () => _registry.UpdateAsync(name, id, static instance => instance with { IsDraining = true })).ConfigureAwait(false);
        return new DrainResponse { Instance = InstanceTranslation.ToMessage(CheckLease(drained, lease: 0)) };
    }

    public async ValueTask<DeregisterResponse> DeregisterAsync(DeregisterRequest request)
    {
        var (name, id) = Check(request.Name, request.Id);
        bool wasThere = await RecipeErrors.RunAsync(() => _registry.DeregisterAsync(name, id)).ConfigureAwait(false);
        return new DeregisterResponse { Deregistered = wasThere };
    }

    public async ValueTask<GetInstanceResponse> GetInstanceAsync(GetInstanceRequest request)
    {
        var (name, id) = Check(request.Name, request.Id);
        var found = await RecipeErrors.RunAsync(() => _registry.FindInstanceAsync(name, id)).ConfigureAwait(false);
        return new GetInstanceResponse { Instance = InstanceTranslation.ToMessage(CheckLease(found, lease: 0)) };
    }

    public async ValueTask<QueryResponse> QueryAsync(QueryRequest request)
    {
        string name = RequestField.Name(request.Name, "name");
        var filter = InstanceTranslation.ReadFilter(request);
        var found = await RecipeErrors.RunAsync(() => _registry.GetInstancesAsync(name, filter)).ConfigureAwait(false);
        return new QueryResponse { Instances = { found.Select(InstanceTranslation.ToMessage) } };
    }

    public async ValueTask<ListNamesResponse> ListNamesAsync(ListNamesRequest request)
    {
        var found = await RecipeErrors.RunAsync(() => _registry.GetServicesAsync()).ConfigureAwait(false);
        return new ListNamesResponse
        {
            Services = { found.Select(static service => new ServiceName { Name = service.Key, Instances = (uint)service.Value }) },
        };
    }

    /// <summary>Shows what there is and then what changes, until the caller leaves.</summary>
    public Task WatchAsync(QueryRequest request, IServerStreamWriter<InstanceChanges> responses, CancellationToken cancellationToken)
    {
        string? name = request.Name.Length == 0 ? null : RequestField.Name(request.Name, "name");
        var filter = InstanceTranslation.ReadFilter(request);
        return RecipeErrors.RunAsync(async () =>
        {
            bool isFirst = true;
            await foreach (var changes in _registry.WatchChangesAsync(name, filter, cancellationToken).ConfigureAwait(false))
            {
                await responses.WriteAsync(InstanceTranslation.ToMessage(changes, isFirst), cancellationToken).ConfigureAwait(false);
                isFirst = false;
            }

            return true;
        });
    }

    private static (string Name, string Id) Check(string name, string id) =>
        (RequestField.Name(name, "name"), RequestField.Name(id, "id"));

    /// <summary>An instance that is there, on the lease that the caller names, if one is named.</summary>
    private static ServiceInstance CheckLease(ServiceInstance? instance, long lease) => instance switch
    {
        null => throw new RpcException(RecipeErrors.NotRegistered),
        _ when lease != 0 && instance.Lease.Value != lease => throw new RpcException(RecipeErrors.OtherLease),
        _ => instance,
    };

    /// <summary>A lease that lives from now for as long as it says: the caller's own, or a new one.</summary>
    private async Task<LeaseGrant> GetLeaseAsync(long named, TimeSpan ttl) => named != 0
        ? new LeaseGrant(new LeaseId(named), await client.Leases.RenewAsync(new LeaseId(named)).ConfigureAwait(false))
        : await client.Leases.GrantAsync(ttl).ConfigureAwait(false);

    private async Task<TimeSpan> RenewAsync(LeaseId lease)
    {
        try
        {
            return await client.Leases.RenewAsync(lease).ConfigureAwait(false);
        }
        catch (LeaseNotFoundException)
        {
            // The instance went with it.
            throw new RpcException(RecipeErrors.NotRegistered);
        }
    }
}
