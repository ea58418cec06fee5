using System.Threading.Channels;
using Coordination.Protocol.Etcd;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// One client's stream of renewals. Requests are begun as they arrive, so that none waits for the one before to be confirmed by a quorum;
/// answers go out in the order of the requests. The stream ends when the client has said all and heard all, with the first error, or when
/// the server stops.
/// </summary>
internal static class KeepAliveStream
{
    /// <summary>Renewals under way on one stream; beyond that the client's requests wait.</summary>
    private const int PendingMax = 128;

    private static readonly BoundedChannelOptions Order = new(PendingMax) { SingleReader = true, SingleWriter = true };

    /// <param name="requests">What the client says.</param>
    /// <param name="responses">What it is told.</param>
    /// <param name="renew">Renews one lease.</param>
    /// <param name="cancellationToken">Ends the stream at once.</param>
    public static async Task RunAsync(
        IAsyncStreamReader<LeaseKeepAliveRequest> requests,
        IAsyncStreamWriter<LeaseKeepAliveResponse> responses,
        Func<LeaseKeepAliveRequest, ValueTask<LeaseKeepAliveResponse>> renew,
        CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pending = Channel.CreateBounded<Task<LeaseKeepAliveResponse>>(Order);
        var receiving = ReceiveAsync(requests, pending.Writer, renew, ended.Token);
        try
        {
            await foreach (var renewal in pending.Reader.ReadAllAsync(ended.Token).ConfigureAwait(false))
            {
                var response = await renewal.WaitAsync(ended.Token).ConfigureAwait(false);
                await responses.WriteAsync(response, ended.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Its error, if it has one, ended the channel and was thrown above.
        await receiving.ConfigureAwait(false);
    }

    private static async Task ReceiveAsync(
        IAsyncStreamReader<LeaseKeepAliveRequest> requests,
        ChannelWriter<Task<LeaseKeepAliveResponse>> pending,
        Func<LeaseKeepAliveRequest, ValueTask<LeaseKeepAliveResponse>> renew,
        CancellationToken cancellationToken)
    {
        try
        {
            while (await requests.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                await pending.WriteAsync(renew(requests.Current).AsTask(), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            // Not handled, only passed on: whoever writes the answers ends with it, after those that were still good.
            pending.Complete(failure);
            throw;
        }

        pending.Complete();
    }
}
