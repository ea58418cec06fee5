using System.Net.Sockets;
using System.Threading.Channels;

namespace Coordination.Faults.Tests;

/// <summary>
/// One direction of a relayed connection: everything that arrives leaves again in order, the end included, when the link lets it. So an
/// end that is behind a cut is noticed after the cut, as on a network.
/// </summary>
internal sealed class BytePump(Socket source, Socket sink, Link link)
{
    private const int ChunkBytes = 16 * 1024;
    private const int ChunksMax = 256;

    private readonly Channel<(ReadOnlyMemory<byte> Bytes, long DueAt)> _chunks =
        Channel.CreateBounded<(ReadOnlyMemory<byte>, long)>(ChunksMax);

    /// <summary>Goes on until the source has ended and the sink knows, or either is disposed of.</summary>
    public Task Run(CancellationToken stop) => Task.WhenAll(Receive(stop), Send(stop));

    private async Task Receive(CancellationToken stop)
    {
        var buffer = new byte[ChunkBytes];
        try
        {
            while (await source.ReceiveAsync(buffer, stop) is > 0 and var count)
            {
                var dueAt = Environment.TickCount64 + (long)link.Delay.TotalMilliseconds;
                await _chunks.Writer.WriteAsync((buffer.AsSpan(0, count).ToArray(), dueAt), stop);
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            // Broken, which the other end learns as it learns of an end.
        }
        finally
        {
            _chunks.Writer.Complete();
        }
    }

    private async Task Send(CancellationToken stop)
    {
        try
        {
            await foreach (var (bytes, dueAt) in _chunks.Reader.ReadAllAsync(stop))
            {
                await link.Open.WaitAsync(stop);
                await Pace.Take(TimeSpan.FromMilliseconds(Math.Max(0, dueAt - Environment.TickCount64)), stop);
                for (var rest = bytes; rest.Length > 0;)
                {
                    rest = rest[await sink.SendAsync(rest, stop)..];
                }
            }

            await link.Open.WaitAsync(stop);
            sink.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (IsEnd(error))
        {
            // Nobody listens any more. Whether the source learns of that is for the other direction.
            await Drain(stop);
        }
    }

    private async Task Drain(CancellationToken stop)
    {
        try
        {
            await foreach (var _ in _chunks.Reader.ReadAllAsync(stop))
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is over.
        }
    }

    private static bool IsEnd(Exception error) => error is SocketException or ObjectDisposedException or OperationCanceledException;
}
