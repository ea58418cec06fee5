using Coordination.Replication;
using Coordination.Transport;

namespace Coordination.Server;

/// <summary>
/// The way to the other members: the peer ports, which are open before the store is, and the links to theirs. Disposed of after the store.
/// </summary>
internal sealed class ClusterNetwork : IAsyncDisposable
{
    private readonly PeerPort? _port;

    private ClusterNetwork(PeerReplicas replicas, PeerWatches watches, PeerPort? port)
    {
        Replicas = replicas;
        Watches = watches;
        _port = port;
    }

    /// <summary>Joins the store's replicas to the network.</summary>
    public PeerReplicas Replicas { get; }

    /// <summary>Watches between members.</summary>
    public PeerWatches Watches { get; }

    /// <summary>From now on what comes in is for this store.</summary>
    public void Attach(PartitionHost store)
    {
        Replicas.Attach(store);
        Watches.Attach(store);
    }

    /// <summary>Opens the peer ports, unless there are none, and begins to look for the other members.</summary>
    /// <exception cref="NodeStartException">A port cannot be opened.</exception>
    public static async Task<ClusterNetwork> StartAsync(
        NodePorts ports, StoredIdentity identity, ClusterMembers members, ILoggerFactory loggers)
    {
        var self = new PeerTransportOptions { Cluster = new ClusterId(identity.ClusterId), Member = new MemberId(identity.MemberId) };
        var replicas = new PeerReplicas(self, loggers, TimeProvider.System);
        var watches = new PeerWatches(replicas.Network, identity, TimeProvider.System);
        PeerPort? port = null;
        try
        {
            port = ports.Peer.Count == 0 ? null : await PeerPort.OpenAsync(ports.Peer, watches, members, loggers);
            foreach (var member in identity.Members.Where(member => member.Id != identity.MemberId))
            {
                await replicas.Network.SetAsync(new MemberId(member.Id), [.. member.PeerUrls.Select(static url => new Uri(url))]);
            }

            return new ClusterNetwork(replicas, watches, port);
        }
        catch
        {
            // Not handled, only cleaned up after.
            await CloseAsync(replicas, watches, port);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync(Replicas, Watches, _port);

    /// <summary>The network first: the streams of peers end with it, and the port waits for them.</summary>
    private static async ValueTask CloseAsync(PeerReplicas replicas, PeerWatches watches, PeerPort? port)
    {
        watches.Dispose();
        await replicas.DisposeAsync();
        if (port is not null)
        {
            await port.DisposeAsync();
        }
    }
}
