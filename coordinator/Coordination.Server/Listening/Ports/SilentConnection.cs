using Microsoft.AspNetCore.Connections;

namespace Coordination.Server;

/// <summary>A connection that has not said yet what it speaks, and what may end its wait before it does.</summary>
internal sealed class SilentConnection(ConnectionContext connection, TimeSpan patience, TimeProvider time) : IDisposable
{
    private const int Waiting = -1;
    private const int HasSpoken = -2;

    private readonly CancellationTokenSource _patience = new(patience, time);

    /// <summary>One of the two constants, or the <see cref="Coordination.Server.DropReason"/> of one who was dropped.</summary>
    private int _state = Waiting;

    public ConnectionContext Connection { get; } = connection;

    /// <summary>Cancelled when the wait is over.</summary>
    public CancellationToken WaitToken => _patience.Token;

    /// <summary>Why the wait was cancelled.</summary>
    public DropReason DropReason => Volatile.Read(ref _state) is int state and >= 0 ? (DropReason)state : DropReason.Silent;

    /// <summary>Ends the wait for another reason than silence, unless the client has spoken.</summary>
    public void Drop(DropReason reason)
    {
        // Whoever changes the state first is the only one to touch the token source again.
        if (Interlocked.CompareExchange(ref _state, (int)reason, Waiting) == Waiting)
        {
            _patience.Cancel();
        }
    }

    /// <summary>Ends the wait because the client has spoken. False when it was dropped in the meantime.</summary>
    public bool TryEndWait()
    {
        if (Interlocked.CompareExchange(ref _state, HasSpoken, Waiting) != Waiting)
        {
            return false;
        }

        _patience.Dispose();
        return true;
    }

    /// <summary>Ends the wait, if it is not over.</summary>
    public void Dispose() => TryEndWait();
}
