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

    /// <param name="endpoint">Where it goes.</param>
    /// <param name="headers">What it says beside its requests.</param>
    /// <param name="time">The clock of its limits.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public WatchStream(Endpoint endpoint, CallHeaders headers, TimeProvider time, CancellationToken cancellationToken)
    {
        Headers = headers;
        _time = time;
        _cancellationToken = cancellationToken;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _call = endpoint.Watches.Watch(headers.LeaderRequired, cancellationToken: _ended.Token);
    }

    /// <summary>What it said beside its requests.</summary>
    public CallHeaders Headers { get; }

    /// <summary>True when it ended because the server does not take its token.</summary>
    public bool IsTokenRejected { get; private set; }

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
        catch (Exception broken) when (CallFailure.IsBrokenStream(broken))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            IsTokenRejected = broken is RpcException error && CallFailure.IsTokenRejected(error.Status);
            return false;
        }
    }
}
