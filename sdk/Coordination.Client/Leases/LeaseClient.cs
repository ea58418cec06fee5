using Grpc.Core;

namespace Coordination.Client;

/// <summary>
/// Grants, revokes and keeps leases. Keys that are put on a lease vanish with it. Leases belong to the whole cluster: a namespace hides
/// only the keys of others. Any thread.
/// </summary>
public sealed class LeaseClient
{
    private readonly Caller _caller;
    private readonly LeaseKeeper _keeper;
    private readonly KeyPrefix _prefix;

    internal LeaseClient(Caller caller, LeaseKeeper keeper, KeyPrefix prefix)
    {
        _caller = caller;
        _keeper = keeper;
        _prefix = prefix;
    }

    /// <summary>Grants a lease, which nobody keeps alive; see <see cref="OpenSessionAsync"/> for one that is kept.</summary>
    /// <param name="timeToLive">How long it lives without renewal; rounded up to whole seconds. Servers raise it to their minimum.</param>
    /// <param name="id">The identity it shall have; <see cref="LeaseId.None"/> lets the server choose.</param>
    /// <param name="cancellationToken">Ends the wait; the lease may be granted all the same.</param>
    /// <exception cref="RequestRefusedException">There is a lease of that id already, the time is too long, the store is full.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was granted; if so, it expires by itself.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public async Task<LeaseGrant> GrantAsync(TimeSpan timeToLive, LeaseId id = default, CancellationToken cancellationToken = default)
    {
        var (grant, _) = await GrantAsync(Rpc.Grant, timeToLive, id, cancellationToken).ConfigureAwait(false);
        return grant;
    }

    /// <summary>
    /// Renews a lease once: for those that are kept alive by calls that now one process makes and now another. See
    /// <see cref="OpenSessionAsync"/> for one that this process keeps.
    /// </summary>
    /// <param name="id">The lease.</param>
    /// <param name="cancellationToken">Ends the wait; the lease may be renewed all the same.</param>
    /// <returns>How long it lives from now without another renewal.</returns>
    /// <exception cref="LeaseNotFoundException">There is no such lease.</exception>
    /// <exception cref="UnavailableException">No server could do it in time; the lease may be renewed all the same.</exception>
    public async Task<TimeSpan> RenewAsync(LeaseId id, CancellationToken cancellationToken = default)
    {
        var response = await _caller.CallAsync(
            Rpc.Renew, (endpoint, call) => RenewOnce(endpoint, id, call), cancellationToken).ConfigureAwait(false);
        return response.TTL > 0
            ? TimeSpan.FromSeconds(response.TTL)
            : throw new LeaseNotFoundException($"The lease {id} does not exist.", cause: null);
    }

    /// <summary>Ends a lease and deletes the keys that hang on it.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="cancellationToken">Ends the wait; the lease may be revoked all the same.</param>
    /// <exception cref="LeaseNotFoundException">There is no such lease.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was revoked.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task RevokeAsync(LeaseId id, CancellationToken cancellationToken = default)
    {
        var request = new Etcd.LeaseRevokeRequest { ID = id.Value };
        return _caller.CallAsync(
            Rpc.Revoke, (endpoint, call) => endpoint.Leases.LeaseRevokeAsync(request, call), cancellationToken);
    }

    /// <summary>How a lease stands; null when it does not exist.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<LeaseStatus?> FindAsync(LeaseId id, CancellationToken cancellationToken = default)
    {
        var request = new Etcd.LeaseTimeToLiveRequest { ID = id.Value, Keys = true };
        Etcd.LeaseTimeToLiveResponse response;
        try
        {
            response = await _caller.CallAsync(
                Rpc.TimeToLive, (endpoint, call) => endpoint.Leases.LeaseTimeToLiveAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (LeaseNotFoundException)
        {
            // How a member that does not lead says it, in some releases of etcd.
            return null;
        }

        return response.TTL < 0
            ? null
            : new LeaseStatus(
                id,
                TimeSpan.FromSeconds(response.GrantedTTL),
                TimeSpan.FromSeconds(response.TTL),
                [.. response.Keys.Where(_prefix.Matches).Select(_prefix.Remove)]);
    }

    /// <summary>The leases that exist.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<IReadOnlyList<LeaseId>> ListAsync(CancellationToken cancellationToken = default)
    {
        var request = new Etcd.LeaseLeasesRequest();
        var response = await _caller.CallAsync(
            Rpc.ListLeases, (endpoint, call) => endpoint.Leases.LeaseLeasesAsync(request, call), cancellationToken)
            .ConfigureAwait(false);
        return [.. response.Leases.Select(lease => new LeaseId(lease.ID))];
    }

    /// <summary>Grants a lease and keeps it alive until the session is disposed, or lost.</summary>
    /// <param name="timeToLive">
    /// How long the lease outlives the last renewal, and with that the longest that a crashed process is believed to live. Rounded up to
    /// whole seconds. Servers raise it to their minimum, 2 seconds by default.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; a lease that was granted all the same expires by itself.</param>
    /// <exception cref="RequestRefusedException">The time is too long, or the store is full.</exception>
    /// <exception cref="UnavailableException">No server could do it in time.</exception>
    public async Task<LeaseSession> OpenSessionAsync(TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        var (grant, sentAt) = await GrantAsync(Rpc.GrantToSession, timeToLive, LeaseId.None, cancellationToken)
            .ConfigureAwait(false);
        var session = new LeaseSession(this, _keeper, grant, sentAt);
        _keeper.Add(session);
        _keeper.Telemetry.Instruments.Sessions.Add(1);
        return session;
    }

    /// <summary>A stream of one renewal, as a call of one message each way.</summary>
    private static AsyncUnaryCall<Etcd.LeaseKeepAliveResponse> RenewOnce(Endpoint endpoint, LeaseId id, CallOptions call)
    {
        var stream = endpoint.Leases.LeaseKeepAlive(call);
        return new AsyncUnaryCall<Etcd.LeaseKeepAliveResponse>(
            ExchangeAsync(stream, new Etcd.LeaseKeepAliveRequest { ID = id.Value }, call.CancellationToken),
            stream.ResponseHeadersAsync, stream.GetStatus, stream.GetTrailers, stream.Dispose);
    }

    private static async Task<Etcd.LeaseKeepAliveResponse> ExchangeAsync(
        AsyncDuplexStreamingCall<Etcd.LeaseKeepAliveRequest, Etcd.LeaseKeepAliveResponse> stream,
        Etcd.LeaseKeepAliveRequest request,
        CancellationToken cancellationToken)
    {
        try
        {
            await stream.RequestStream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            await stream.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception broken) when (CallFailure.IsBrokenStream(broken))
        {
            // Reading says why.
        }

        return await stream.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false)
            ? stream.ResponseStream.Current
            : throw new RpcException(new Status(StatusCode.Unavailable, "The server ended the stream without an answer."));
    }

    private async Task<(LeaseGrant Grant, long SentAt)> GrantAsync(
        Rpc rpc, TimeSpan timeToLive, LeaseId id, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        var request = new Etcd.LeaseGrantRequest { TTL = (long)Math.Ceiling(timeToLive.TotalSeconds), ID = id.Value };
        var sentAt = 0L;
        var response = await _caller.CallAsync(
            rpc,
            (endpoint, call) =>
            {
                // Of the attempt that was answered, since the answer is to a lease of that attempt.
                sentAt = _keeper.Time.GetTimestamp();
                return endpoint.Leases.LeaseGrantAsync(request, call);
            },
            cancellationToken).ConfigureAwait(false);
        return (new LeaseGrant(new LeaseId(response.ID), TimeSpan.FromSeconds(response.TTL)), sentAt);
    }
}
