using Microsoft.AspNetCore.Connections;

namespace Coordination.Server;

/// <summary>
/// The connections of a port that are on their way from the socket to a listener. Keeps those that have not spoken few, by dropping the
/// one that has been silent longest, and lets the port wait for the last one when it stops. Thread-safe.
/// </summary>
internal sealed class SilentConnections(SharedPortLimits limits, TimeProvider time)
{
    private readonly Lock _lock = new();

    /// <summary>Those that have not been dropped, the longest silent first.</summary>
    private readonly LinkedList<SilentConnection> _silent = new();

    private readonly Dictionary<SilentConnection, LinkedListNode<SilentConnection>> _positions = [];

    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private bool _isClosed;

    /// <summary>Takes a connection that was just accepted; it stays until <see cref="Remove"/>.</summary>
    public SilentConnection Add(ConnectionContext connection)
    {
        var added = new SilentConnection(connection, limits.FirstBytesTimeout, time);
        SilentConnection? crowdedOut = null;
        lock (_lock)
        {
            _count++;
            _positions[added] = _silent.AddLast(added);
            if (_silent.Count > limits.SilentConnectionsMax && _silent.First is { } longest)
            {
                crowdedOut = longest.Value;
                ForgetLocked(crowdedOut);
            }
        }

        crowdedOut?.Drop(DropReason.Crowded);
        return added;
    }

    /// <summary>The client has spoken or was dropped: the connection is silent no more, but still on its way.</summary>
    public void OnWaitEnded(SilentConnection connection)
    {
        lock (_lock)
        {
            ForgetLocked(connection);
        }
    }

    /// <summary>The connection was handed over or ended.</summary>
    public void Remove(SilentConnection connection)
    {
        lock (_lock)
        {
            ForgetLocked(connection);
            _count--;
            CompleteIfEmptyLocked();
        }
    }

    /// <summary>Drops everything silent and completes when nothing is on its way. Nothing may be added any more.</summary>
    public Task DropAllAsync()
    {
        SilentConnection[] dropped;
        lock (_lock)
        {
            _isClosed = true;
            dropped = [.. _silent];
            _silent.Clear();
            _positions.Clear();
            CompleteIfEmptyLocked();
        }

        foreach (SilentConnection connection in dropped)
        {
            connection.Drop(DropReason.Stopping);
        }

        return _empty.Task;
    }

    private void ForgetLocked(SilentConnection connection)
    {
        if (_positions.Remove(connection, out LinkedListNode<SilentConnection>? position))
        {
            _silent.Remove(position);
        }
    }

    private void CompleteIfEmptyLocked()
    {
        if (_isClosed && _count == 0)
        {
            _empty.TrySetResult();
        }
    }
}
