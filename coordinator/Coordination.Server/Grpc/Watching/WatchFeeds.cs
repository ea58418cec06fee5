using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>Opens the ways to partitions for watches: to the replica here, or to a member that has one. From any thread.</summary>
internal sealed class WatchFeeds(PartitionHost host, PartitionMaps maps, PartitionStores stores, PeerWatches peers)
{
    /// <summary>Beyond this, waiting for another map ends: it is not all that may have changed.</summary>
    private static readonly TimeSpan PatienceForMaps = TimeSpan.FromMilliseconds(100);

    /// <summary>Where partitions are, as far as it is known.</summary>
    public PartitionMap Map => maps.Current;

    /// <summary>The current revision of partition 0 here.</summary>
    public long Revision => host.Default.View.Revision;

    /// <summary>Opens a feed; null when nobody is known who has a replica.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="attempt">How often it was tried before: another member each time.</param>
    public IWatchFeed? Open(uint partition, int attempt)
    {
        if (stores.FindReplica(partition) is { } replica)
        {
            return new LocalWatchFeed(replica);
        }

        ulong[] others = maps.Current.Find(partition) is { } entry ? [.. entry.Replicas.Where(id => id != host.MemberId)] : [];
        return others.Length == 0 ? null : peers.Open(partition, others[attempt % others.Length], attempt / others.Length);
    }

    /// <summary>The revisions of the parts of a range at this moment, or null when one cannot be told now.</summary>
    public async Task<long[]?> ReadRevisionsAsync(IReadOnlyList<PartitionSlice> slices)
    {
        try
        {
            RangeResponse[] parts = await Task.WhenAll(
                slices.Select(slice => stores.For(slice.Partition).RangeAsync(RequestOf(slice)).AsTask())).ConfigureAwait(false);
            return Array.ConvertAll(parts, static part => part.Header.Revision);
        }
        catch (RpcException)
        {
            // Keys are on their way, or nobody who has them answers: both pass.
            return null;
        }
    }

    /// <summary>Waits until something may have changed since <paramref name="known"/> was looked at.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task AwaitChangeAsync(PartitionMap known, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(PatienceForMaps);
        try
        {
            await maps.WaitForChangeAsync(known, enough.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A replica behind the map may have caught up.
        }
    }

    /// <summary>The cheapest read that a partition answers only if it owns the whole range.</summary>
    private static RangeRequest RequestOf(PartitionSlice slice) => new()
    {
        Key = Google.Protobuf.ByteString.CopyFrom(slice.Range.Start is [] ? [0] : slice.Range.Start),
        RangeEnd = Google.Protobuf.ByteString.CopyFrom(slice.Range.End ?? [0]),
        Limit = 1,
        KeysOnly = true,
    };
}
