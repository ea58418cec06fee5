using System.IO.Pipelines;
using Coordination.Protocol.Etcd;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// The way to the client of one call, past gRPC's own writer, for whoever has something to tell: one at a time. From any thread.
/// </summary>
internal sealed class WatchOutput(PipeWriter pipe, NodeIdentity identity, CancellationToken ending) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly WatchResponseWriter _writer = new(identity.ClusterId, identity.MemberId);

    /// <summary>Gives out what goes to the client of some deliveries, from the first on.</summary>
    /// <param name="deliveries">The deliveries.</param>
    /// <param name="told">What the client is told of those that were dealt with.</param>
    /// <returns>How many were dealt with; at least one.</returns>
    public delegate int Translation(ReadOnlyMemory<WatchDelivery> deliveries, out ReadOnlyMemory<WatchDelivery> told);

    /// <summary>Writes what the client is told of deliveries.</summary>
    /// <returns>Whether the client reads on.</returns>
    /// <exception cref="OperationCanceledException">The call has ended.</exception>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<WatchDelivery> deliveries, ulong term, Translation translate)
    {
        await _turn.WaitAsync(ending);
        try
        {
            while (!deliveries.IsEmpty)
            {
                deliveries = deliveries[translate(deliveries, out var told)..];
                while (!told.IsEmpty)
                {
                    told = told[_writer.Write(pipe, told.Span, term)..];
                    var flushed = await pipe.FlushAsync(ending);
                    if (flushed.IsCompleted)
                    {
                        return false;
                    }
                }
            }

            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes one response.</summary>
    /// <exception cref="OperationCanceledException">The call has ended.</exception>
    public async Task WriteAsync(WatchResponse response, ulong term)
    {
        response.Header.ClusterId = identity.ClusterId;
        response.Header.MemberId = identity.MemberId;
        response.Header.RaftTerm = term;
        await _turn.WaitAsync(ending);
        try
        {
            WatchResponseWriter.Write(pipe, response);
            await pipe.FlushAsync(ending);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
