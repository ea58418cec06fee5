using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Coordination.Silo;

/// <summary>The listener of one silo. A connection is the listener's from <see cref="TryAdd"/> until the silo accepts it.</summary>
internal sealed class HandedOverListener(EndPoint endPoint) : IConnectionListener
{
    /// <summary>How many connections may wait for the silo; it accepts at once when it is well.</summary>
    private const int WaitingMax = 256;

    private readonly Channel<ConnectionContext> _waiting = Channel.CreateBounded<ConnectionContext>(WaitingMax);

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = endPoint;

    /// <summary>Takes a connection, unless the listener is closed or too many wait.</summary>
    public bool TryAdd(ConnectionContext connection) => _waiting.Writer.TryWrite(connection);

    /// <summary>Takes no more connections; those that wait can still be accepted.</summary>
    public void Close() => _waiting.Writer.TryComplete();

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out ConnectionContext? connection))
            {
                return connection;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close();
        while (_waiting.Reader.TryRead(out ConnectionContext? connection))
        {
            await connection.DisposeAsync();
        }
    }
}
