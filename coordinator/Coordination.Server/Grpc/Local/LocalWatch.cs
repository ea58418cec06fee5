using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Threading.Channels;
using Coordination.Protocol.Etcd;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// A call of the Watch service from within this process, both ends of it as the client sees them. The service writes its responses as
/// bytes, since most of them were encoded once for all watchers; here they are read again. Whoever reads slowly slows down the service's
/// lane, as a connection would.
/// </summary>
internal sealed class LocalWatch : IClientStreamWriter<WatchRequest>, IAsyncStreamReader<WatchResponse>, IDisposable
{
    /// <summary>One byte that says whether the message is compressed, four of its length.</summary>
    private const int PrefixBytes = 5;

    /// <summary>Requests that wait until the service has dealt with those before.</summary>
    private const int RequestsMax = 16;

    private readonly Channel<WatchRequest> _requests = Channel.CreateBounded<WatchRequest>(RequestsMax);
    private readonly Pipe _responses = new();
    private readonly CancellationTokenSource _ended;
    private readonly Task _serving;

    /// <summary>Begins a call.</summary>
    /// <param name="service">Who serves it.</param>
    /// <param name="needsLeader">Whether it shall end when there is no leader.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public LocalWatch(WatchService service, bool needsLeader, CancellationToken cancellationToken)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _serving = ServeAsync(service, needsLeader, _ended.Token);
    }

    /// <inheritdoc/>
    public WatchResponse Current { get; private set; } = new();

    /// <inheritdoc/>
    public WriteOptions? WriteOptions { get; set; }

    /// <inheritdoc/>
    public Task WriteAsync(WatchRequest message) => WriteAsync(message, CancellationToken.None);

    /// <inheritdoc/>
    public Task WriteAsync(WatchRequest message, CancellationToken cancellationToken) =>
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
        while (true)
        {
            var read = await _responses.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryParse(read.Buffer, out var response, out var end))
            {
                _responses.Reader.AdvanceTo(end);
                Current = response;
                return true;
            }

            _responses.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                // Throws what the call ended with.
                await _serving.ConfigureAwait(false);
                return false;
            }
        }
    }

    /// <summary>Ends the call.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private static bool TryParse(in ReadOnlySequence<byte> buffer, out WatchResponse response, out SequencePosition end)
    {
        response = null!;
        end = buffer.Start;
        if (buffer.Length < PrefixBytes)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        int length = BinaryPrimitives.ReadInt32BigEndian(prefix[1..]);
        if (buffer.Length - PrefixBytes < length)
        {
            return false;
        }

        var message = buffer.Slice(PrefixBytes, length);
        response = WatchResponse.Parser.ParseFrom(message);
        end = message.End;
        return true;
    }

    private async Task ServeAsync(WatchService service, bool needsLeader, CancellationToken ended)
    {
        try
        {
            await service.RunAsync(new Requests(_requests.Reader), _responses.Writer, needsLeader, ended).ConfigureAwait(false);
        }
        finally
        {
            // Without the error: a reader would meet it ahead of what is still to be read.
            await _responses.Writer.CompleteAsync().ConfigureAwait(false);
        }
    }

    private sealed class Requests(ChannelReader<WatchRequest> requests) : IAsyncStreamReader<WatchRequest>
    {
        public WatchRequest Current { get; private set; } = new();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await requests.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            Current = await requests.ReadAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
    }
}
