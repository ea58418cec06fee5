using Coordination.Replication;

namespace Coordination.Server;

/// <summary>Watchers of a partition of which this member has a replica.</summary>
internal sealed class LocalWatchFeed(PartitionReplica replica) : IWatchFeed
{
    private readonly WatchStream _stream = replica.Watches.OpenStream();

    /// <inheritdoc/>
    public ulong Term => replica.Term;

    /// <inheritdoc/>
    public bool IsLocal => true;

    /// <inheritdoc/>
    public ValueTask CreateAsync(WatchCreation creation, CancellationToken cancellation) => _stream.CreateAsync(creation, cancellation);

    /// <inheritdoc/>
    public ValueTask CancelAsync(long watchId, CancellationToken cancellation) => _stream.CancelAsync(watchId, cancellation);

    /// <inheritdoc/>
    public ValueTask RequestProgressAsync(CancellationToken cancellation) => _stream.RequestProgressAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<WatchDelivery>> TakeAsync() => _stream.TakeAsync();

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
