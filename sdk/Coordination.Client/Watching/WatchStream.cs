using Grpc.Core;

namespace Coordination.Client;

/// <summary>One stream of a watch, to one endpoint. Belongs to the loop of its watch.</summary>
internal sealed class WatchStream : IDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _ended;
    private readonly AsyncDuplexStreamingCall<Etcd.WatchRequest, Etcd.WatchResponse> _call;
    private Task<bool>? _opening;

    public WatchStream(Endpoint endpoint, TimeProvider time, CancellationToken cancellationToken)
    {
        _time = time;
        _cancellationToken = cancellationToken;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _call = endpoint.Watches.Watch(Caller.LeaderRequired, cancellationToken: _ended.Token);
    }

    /// <summary>
    /// Asks for the watch and waits until the server has made it, or until it certainly will not: then the stream has no response. A server
    /// that is silent for too long will not.
    /// </summary>
    public async Task OpenAsync(Etcd.WatchCreateRequest request, TimeSpan openMax)
    {
        _opening = MoveNextAsync(request);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken);
        if (await Task.WhenAny(_opening, Task.Delay(openMax, _time, answered.Token)).ConfigureAwait(false) != _opening)
        {
            await _ended.CancelAsync().ConfigureAwait(false);
        }

        await answered.CancelAsync().ConfigureAwait(false);
        _cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The next response; null when the stream broke.</summary>
    /// <exception cref="OperationCanceledException">The watch was cancelled.</exception>
    public async Task<Etcd.WatchResponse?> FindNextAsync()
    {
        var moving = _opening ?? MoveNextAsync(request: null);
        _opening = null;
        return await moving.ConfigureAwait(false) ? _call.ResponseStream.Current : null;
    }

    public void Dispose()
    {
        _ended.Cancel();
        _call.Dispose();
        _ended.Dispose();
    }

    private async Task<bool> MoveNextAsync(Etcd.WatchCreateRequest? request)
    {
        try
        {
            if (request is not null)
            {
                await _call.RequestStream.WriteAsync(new Etcd.WatchRequest { CreateRequest = request }, _ended.Token).ConfigureAwait(false);
            }

            return await _call.ResponseStream.MoveNext(_ended.Token).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is RpcException or OperationCanceledException or InvalidOperationException)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
