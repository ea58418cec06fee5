using Coordination.Client;
using Coordination.Protocol.Etcd.Locks;
using Coordination.Recipes;

namespace Coordination.Server;

/// <summary>etcd's Lock service: <see cref="DistributedMutex"/> for clients without the library. From any thread.</summary>
internal sealed class LockService(CoordinationClient client, EtcdPartition partition)
{
    /// <summary>Waits until the lock is the lease's. A wait that is given up leaves the line.</summary>
    public Task<LockResponse> LockAsync(LockRequest request, CancellationToken cancellationToken)
    {
        var mutex = new DistributedMutex(client.Root, RecipeCall.CheckName(request.Name.Memory));
        return RecipeCall.RunAsync(
            async () =>
            {
                var lease = await RecipeCall.GetLeaseAsync(client, request.Lease, cancellationToken).ConfigureAwait(false);
                var (place, revision) = await mutex.AcquirePlaceForLeaseAsync(lease, cancellationToken).ConfigureAwait(false);
                return new LockResponse { Header = partition.Header(revision), Key = Bytes.ToByteString(place.Key.Bytes) };
            },
            EtcdErrors.SessionExpired);
    }

    /// <summary>Deletes the key, whoever's it is: that it is known is the permission.</summary>
    public async ValueTask<UnlockResponse> UnlockAsync(UnlockRequest request)
    {
        var deleted = await RecipeCall.RunAsync(() => client.KeyValues.DeleteAsync(request.Key.Memory), EtcdErrors.SessionExpired)
            .ConfigureAwait(false);
        return new UnlockResponse { Header = partition.Header(deleted.Revision) };
    }
}
