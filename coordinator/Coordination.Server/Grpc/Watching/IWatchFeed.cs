using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// Watchers of one partition for one call: requests go in, what they are told comes out in order, to one reader. Ends by itself when the
/// partition's replica, or the way to it, does.
/// </summary>
internal interface IWatchFeed : IDisposable
{
    /// <summary>The term of the partition's replica, for headers.</summary>
    ulong Term { get; }

    /// <summary>
    /// Whether answers to progress requests come only when they were asked for; if not, the feed asks for itself, too, to know how far
    /// quiet watchers are.
    /// </summary>
    bool IsLocal { get; }

    /// <inheritdoc cref="WatchStream.CreateAsync"/>
    ValueTask CreateAsync(WatchCreation creation, CancellationToken cancellation);

    /// <inheritdoc cref="WatchStream.CancelAsync"/>
    ValueTask CancelAsync(long watchId, CancellationToken cancellation);

    /// <inheritdoc cref="WatchStream.RequestProgressAsync"/>
    ValueTask RequestProgressAsync(CancellationToken cancellation);

    /// <inheritdoc cref="WatchStream.TakeAsync"/>
    ValueTask<ReadOnlyMemory<WatchDelivery>> TakeAsync();
}
