using System.Net.Sockets;

namespace Coordination.Faults.Tests;

/// <summary>A connection of one member to another, in both directions. Disposal resets it.</summary>
internal sealed class RelayedConnection(int from, int to, Socket dialed, Socket answered, LinkTable links) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _isDisposed;

    /// <summary>Whether it joins the two, whoever dialed.</summary>
    public bool Joins(int one, int other) => (from, to) == (one, other) || (from, to) == (other, one);

    /// <summary>Passes bytes until both directions have ended.</summary>
    public Task Run() => Task.WhenAll(
        new BytePump(dialed, answered, links[from, to]).Run(_stop.Token),
        new BytePump(answered, dialed, links[to, from]).Run(_stop.Token));

    /// <summary>Ends it at once, at both ends.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        _stop.Cancel();
        Reset(dialed);
        Reset(answered);
        _stop.Dispose();
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It has ended.
        }

        socket.Dispose();
    }
}
