using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>
/// Leases that have keys outside partition 0, their home: makes them known to another partition, so that keys there can be attached. From
/// any thread.
/// </summary>
/// <remarks>
/// The home notes first that the partition may have keys of the lease; whoever revokes the lease later knows where to end it. The partition
/// refuses a lease that may have been revoked in between, and then it is asked for again.
/// </remarks>
internal sealed class SharedLeases(EtcdPartition home)
{
    private const int AttemptsMax = 8;

    /// <summary>Makes a lease known to a partition.</summary>
    /// <exception cref="Grpc.Core.RpcException">There is no such lease, or it could not be made known.</exception>
    public async Task ShareAsync(long lease, uint partition, IPartitionStore store)
    {
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var attached = await home.ApplyAsync(new LeaseAttachCommand(lease, partition)).ConfigureAwait(false);
            if (attached.Result.Result is not LeaseAttachResult result)
            {
                throw new InvalidOperationException("The state machine attached a lease and did not say which.");
            }

            var shadowed = await store.ApplyAsync(new LeaseShadowCommand(lease, result.Incarnation, result.Token)).ConfigureAwait(false);
            if (shadowed.Error != ApplyError.LeaseSuperseded)
            {
                if (shadowed.Error != ApplyError.None)
                {
                    throw EtcdErrors.Refuse(EtcdErrors.Of(shadowed.Error));
                }

                return;
            }
        }

        // Other leases are revoked faster than this one can be shared.
        throw EtcdErrors.Refuse(EtcdErrors.TooManyRequests);
    }
}
