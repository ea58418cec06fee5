using System.Buffers.Binary;
using System.Security.Cryptography;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>etcd's Lease service, but for the stream of renewals (<see cref="KeepAliveStream"/>). From any thread.</summary>
internal sealed class LeaseService(
    EtcdPartition partition, SpaceGuard space, PartitionMaps maps, PartitionStores stores, LeaseRevocations revocations,
    EtcdServiceOptions options)
{
    public async ValueTask<LeaseGrantResponse> GrantAsync(LeaseGrantRequest request)
    {
        await space.UseAsync(SpaceCost.LeaseBytes).ConfigureAwait(false);
        if (request.TTL > LeaseTimers.TtlSecondsMax)
        {
            throw EtcdErrors.Refuse(EtcdErrors.LeaseTtlTooLarge);
        }

        if (request.ID != 0)
        {
            // The last lease with the id may still have keys in other partitions, and then the id is taken.
            await revocations.AwaitAsync(request.ID, options.RequestTimeout).ConfigureAwait(false);
        }

        long id = request.ID == 0 ? NewId() : request.ID;
        long ttl = Math.Max(request.TTL, partition.Replica.Leases.MinTtlSeconds);
        var outcome = await partition.ApplyAsync(new LeaseGrantCommand(id, ttl)).ConfigureAwait(false);
        return new LeaseGrantResponse { Header = partition.Header(outcome), ID = id, TTL = ttl };
    }

    public async ValueTask<LeaseRevokeResponse> RevokeAsync(LeaseRevokeRequest request)
    {
        var outcome = await partition.ApplyAsync(new LeaseRevokeCommand(request.ID)).ConfigureAwait(false);
        await revocations.AwaitAsync(request.ID, options.RequestTimeout).ConfigureAwait(false);
        return new LeaseRevokeResponse { Header = partition.Header(outcome) };
    }

    /// <summary>One renewal. As in etcd, the header is that of the moment before.</summary>
    public async ValueTask<LeaseKeepAliveResponse> KeepAliveAsync(LeaseKeepAliveRequest request)
    {
        var header = partition.Header(partition.Replica.View.Revision);
        var answer = await partition.Replica.Leases.RenewAsync(request.ID).ConfigureAwait(false);
        return answer.IsConfirmed
            ? new LeaseKeepAliveResponse { Header = header, ID = request.ID, TTL = answer.RemainingSeconds }
            : throw EtcdErrors.Refuse(EtcdErrors.Of(answer.End));
    }

    public async ValueTask<LeaseTimeToLiveResponse> TimeToLiveAsync(LeaseTimeToLiveRequest request)
    {
        long id = request.ID;
        var answer = await partition.Replica.Leases.FindRemainingAsync(id).ConfigureAwait(false);
        if (!answer.IsConfirmed)
        {
            throw EtcdErrors.Refuse(EtcdErrors.Of(answer.End));
        }

        await partition.ReadAsync().ConfigureAwait(false);
        var found = await partition.QueryAsync(
            state => (Keys: KeysOf(state, id), Elsewhere: state.FindLeasePartitions(id), state.View.Revision)).ConfigureAwait(false);
        var response = new LeaseTimeToLiveResponse { Header = partition.Header(found.Revision), ID = id, TTL = -1 };
        if (found.Keys is { } keys && answer.GrantedSeconds > 0)
        {
            // Below zero means that there is no such lease, and this one still waits for its revocation.
            response.TTL = Math.Max(0, answer.RemainingSeconds);
            response.GrantedTTL = answer.GrantedSeconds;
            foreach (byte[] key in request.Keys ? keys : [])
            {
                response.Keys.Add(Bytes.ToByteString(key));
            }

            if (request.Keys && found.Elsewhere is { IsEmpty: false } elsewhere)
            {
                await AddKeysAsync(id, elsewhere, response).ConfigureAwait(false);
            }
        }

        return response;
    }

    public async ValueTask<LeaseLeasesResponse> LeasesAsync(LeaseLeasesRequest request)
    {
        var (leases, revision) = await partition.QueryAsync(static state => (state.Leases, state.View.Revision)).ConfigureAwait(false);
        var response = new LeaseLeasesResponse { Header = partition.Header(revision) };
        foreach (var lease in leases)
        {
            response.Leases.Add(new LeaseStatus { ID = lease.Id });
        }

        return response;
    }

    /// <summary>Adds the keys that other partitions have, so that all are in order.</summary>
    private async Task AddKeysAsync(long id, PartitionSet elsewhere, LeaseTimeToLiveResponse response)
    {
        var map = maps.Current;
        var reading = elsewhere.Ids.Select(map.Find).OfType<PartitionEntry>().Where(static entry => entry.IsRouted)
            .Select(entry => stores.For(entry).ReadLeaseKeysAsync(id).AsTask());
        var keys = (await Task.WhenAll(reading).ConfigureAwait(false)).SelectMany(static part => part);
        ByteString[] all = [.. response.Keys.Concat(keys).Order(ByteStringComparer.Instance)];
        response.Keys.Clear();
        response.Keys.AddRange(all);
    }

    /// <summary>A copy, since the state goes on changing its own.</summary>
    private static byte[][]? KeysOf(PartitionState state, long id) => state.FindLeaseKeys(id) is { } keys ? [.. keys] : null;

    /// <summary>A random positive number: the chance that it is taken is that of a broken disk.</summary>
    private static long NewId()
    {
        Span<byte> random = stackalloc byte[sizeof(long)];
        while (true)
        {
            RandomNumberGenerator.Fill(random);
            long id = BinaryPrimitives.ReadInt64LittleEndian(random) & long.MaxValue;
            if (id != 0)
            {
                return id;
            }
        }
    }
}
