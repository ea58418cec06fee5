using System.Collections.Concurrent;
using System.Globalization;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.Transport;
using Grpc.Net.Client;

namespace Coordination.Server;

/// <summary>
/// Watches between members, both ways: opens feeds of partitions of which only other members have replicas, and knows the replicas here for
/// <see cref="PeerWatchService"/>. Exists before the store does. Any thread.
/// </summary>
internal sealed class PeerWatches(PeerNetwork network, StoredIdentity identity, TimeProvider time) : IDisposable
{
    /// <summary>In a call's metadata: the partition that it is about.</summary>
    public const string PartitionKey = "coordination-partition";

    private readonly ConcurrentDictionary<Uri, Lazy<GrpcChannel>> _channels = [];
    private volatile PartitionHost? _host;

    /// <summary>Who asks, and who is asked.</summary>
    public PeerNetwork Network => network;

    /// <summary>From now on other members are answered.</summary>
    public void Attach(PartitionHost host) => _host = host;

    /// <summary>The replica of a partition here, or null.</summary>
    public PartitionReplica? Find(uint partition) => _host?.Find(partition);

    /// <summary>Opens a feed by way of a member; null when there is no such member.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="member">The member.</param>
    /// <param name="attempt">How often it was tried before: another of its URLs each time.</param>
    public IWatchFeed? Open(uint partition, ulong member, int attempt)
    {
        if (identity.Members.FirstOrDefault(other => other.Id == member) is not { PeerUrls: { Count: > 0 } urls })
        {
            return null;
        }

        var url = new Uri(urls[attempt % urls.Count]);
        var channel = _channels
            .GetOrAdd(url, static (url, network) => new Lazy<GrpcChannel>(() => network.OpenChannel(url)), network).Value;
        var headers = network.Greet(new MemberId(member));
        headers.Add(PartitionKey, partition.ToString(CultureInfo.InvariantCulture));
        return new RemoteWatchFeed(new Watch.WatchClient(channel), headers, time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Value.Dispose();
        }
    }
}
