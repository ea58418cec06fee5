using System.Collections.Concurrent;

namespace Coordination.Transport;

/// <summary>
/// At most one open stream from each peer. A peer that was cut off connects again long before the end of its old connection is noticed
/// here; the new stream ends the old one, so that those do not pile up and messages keep their order. Thread-safe.
/// </summary>
internal sealed class InboundStreams
{
    private readonly ConcurrentDictionary<MemberId, CancellationTokenSource> _streams = [];

    /// <summary>Serves a stream until it ends or another one of the same peer begins.</summary>
    public async Task ServeAsync(MemberId sender, Func<CancellationToken, Task> serve, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        CancellationTokenSource? before = null;
        _streams.AddOrUpdate(sender, ending, (_, older) =>
        {
            before = older;
            return ending;
        });
        if (before is not null)
        {
            await EndAsync(before).ConfigureAwait(false);
        }

        try
        {
            await serve(ending.Token).ConfigureAwait(false);
        }
        finally
        {
            _streams.TryRemove(KeyValuePair.Create(sender, ending));
        }
    }

    private static async Task EndAsync(CancellationTokenSource before)
    {
        try
        {
            await before.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The older stream ended by itself in this moment.
        }
    }
}
