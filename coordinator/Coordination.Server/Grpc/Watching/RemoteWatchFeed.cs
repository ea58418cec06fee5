using Coordination.Client;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Watchers of a partition by way of a member that has a replica: a call of its Watch service for members (<see cref="PeerWatchService"/>).
/// When that breaks, the feed ends, and whoever has it goes on with another one. The events of a revision come out together, so that they
/// are all told or none.
/// </summary>
internal sealed class RemoteWatchFeed : IWatchFeed
{
    /// <summary>How often to ask how far quiet watchers are, so that whoever goes on elsewhere asks for no more than is there.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _requests = new(1);
    private readonly ITimer _progress;
    private readonly List<WatchDelivery> _fragments = [];
    private ulong _term;

    /// <summary>Begins a call, which connects by itself.</summary>
    public RemoteWatchFeed(Watch.WatchClient member, Metadata headers, TimeProvider time)
    {
        _call = member.Watch(headers, cancellationToken: _closing.Token);
        _progress = time.CreateTimer(
            static feed => _ = ((RemoteWatchFeed)feed!).AskProgressAsync(), this, ProgressInterval, ProgressInterval);
    }

    /// <inheritdoc/>
    public ulong Term => Volatile.Read(ref _term);

    /// <inheritdoc/>
    public bool IsLocal => false;

    /// <inheritdoc/>
    public ValueTask CreateAsync(WatchCreation creation, CancellationToken cancellation) =>
        AskAsync(WatchTranslation.ToRequest(creation), cancellation);

    /// <inheritdoc/>
    public ValueTask CancelAsync(long watchId, CancellationToken cancellation) =>
        AskAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = watchId } }, cancellation);

    /// <inheritdoc/>
    public ValueTask RequestProgressAsync(CancellationToken cancellation) =>
        AskAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() }, cancellation);

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<WatchDelivery>> TakeAsync()
    {
        _fragments.Clear();
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
            {
                var response = _call.ResponseStream.Current;
                Volatile.Write(ref _term, response.Header.RaftTerm);
                _fragments.Add(WatchTranslation.ToDelivery(response));
                if (!response.Fragment)
                {
                    return _fragments.ToArray();
                }
            }
        }
        catch (Exception broken) when (CallFailure.IsBrokenStream(broken))
        {
            // The member stopped, cannot be reached, or has no replica: another one may have.
        }

        return default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing.Cancel();
        _progress.Dispose();
        _call.Dispose();
    }

    private async Task AskProgressAsync() => await RequestProgressAsync(_closing.Token).ConfigureAwait(false);

    private async ValueTask AskAsync(WatchRequest request, CancellationToken cancellation)
    {
        try
        {
            await _requests.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                await _call.RequestStream.WriteAsync(request, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _requests.Release();
            }
        }
        catch (Exception broken) when (CallFailure.IsBrokenStream(broken))
        {
            // The call has ended, and its reader learns that, too.
        }
    }
}
