using System.Threading.Channels;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// A call with streams in both directions from within this process, both ends of it as the client sees them; messages are handed over as
/// they are. It begins at once. Whoever reads slowly holds the method up, as a connection would.
/// </summary>
internal sealed class LocalStream<TRequest, TResponse> : IClientStreamWriter<TRequest>, IAsyncStreamReader<TResponse>, IDisposable
{
    /// <summary>Messages on their way, in each direction; beyond that writers wait.</summary>
    private const int MessagesMax = 16;

    private readonly Channel<TRequest> _requests = Channel.CreateBounded<TRequest>(MessagesMax);
    private readonly Channel<TResponse> _responses = Channel.CreateBounded<TResponse>(MessagesMax);
    private readonly CancellationTokenSource _ended;
    private readonly Task _serving;
    private TResponse? _current;

    /// <summary>Begins a call.</summary>
    /// <param name="method">Serves it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public LocalStream(LocalStreamMethod<TRequest, TResponse> method, CancellationToken cancellationToken)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _serving = ServeAsync(method, _ended.Token);
    }

    /// <inheritdoc/>
    public TResponse Current => _current ?? throw new InvalidOperationException("Nothing was read.");

    /// <inheritdoc/>
    public WriteOptions? WriteOptions { get; set; }

    /// <inheritdoc/>
    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    /// <inheritdoc/>
    public Task WriteAsync(TRequest message, CancellationToken cancellationToken) =>
        _requests.Writer.WriteAsync(message, cancellationToken).AsTask();

    /// <inheritdoc/>
    public Task CompleteAsync()
    {
        _requests.Writer.TryComplete();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await _responses.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Throws what the call ended with.
            await _serving.ConfigureAwait(false);
            return false;
        }

        _current = await _responses.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends the call.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private async Task ServeAsync(LocalStreamMethod<TRequest, TResponse> method, CancellationToken ended)
    {
        try
        {
            await method(new Requests(_requests.Reader), new Responses(_responses.Writer), ended).ConfigureAwait(false);
        }
        finally
        {
            // Without the error: a reader would meet it ahead of what is still to be read.
            _responses.Writer.Complete();
        }
    }

    private sealed class Requests(ChannelReader<TRequest> requests) : IAsyncStreamReader<TRequest>
    {
        private TRequest? _current;

        public TRequest Current => _current ?? throw new InvalidOperationException("Nothing was read.");

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await requests.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            _current = await requests.ReadAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    private sealed class Responses(ChannelWriter<TResponse> responses) : IServerStreamWriter<TResponse>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(TResponse message, CancellationToken cancellationToken) =>
            responses.WriteAsync(message, cancellationToken).AsTask();
    }
}

/// <summary>A method with streams in both directions; its token ends when the client has left.</summary>
internal delegate Task LocalStreamMethod<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, CancellationToken ended);
