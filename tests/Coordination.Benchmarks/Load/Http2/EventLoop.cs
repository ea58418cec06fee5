using System.Diagnostics;

namespace Coordination.Benchmarks;

/// <summary>
/// The one thread of a load run: waits for its connections, lets each handle what arrived, and sends what their calls wrote. No task, no
/// lock and no thread switch stands between a response and the next request. Owns the connections.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    /// <summary>Bounds how late a deadline or an interruption is noticed while nothing arrives.</summary>
    private const int PollMillisecondsMax = 20;

    private readonly List<Http2Connection> _connections = [];
    private NativeMethods.PollDescriptor[] _descriptors = [];

    public void Add(Http2Connection connection)
    {
        _connections.Add(connection);
        _descriptors = [.. _connections.Select(each => new NativeMethods.PollDescriptor { Descriptor = each.Descriptor })];
    }

    /// <summary>Runs until <paramref name="isDone"/>, and at most for <paramref name="limit"/>; answers whether it was done.</summary>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    /// <exception cref="LoadException">A connection broke.</exception>
    public bool Run(TimeSpan limit, Func<bool> isDone, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        FlushAll();
        while (!isDone())
        {
            cancellation.ThrowIfCancellationRequested();
            TimeSpan remaining = limit - Stopwatch.GetElapsedTime(start);
            if (remaining <= TimeSpan.Zero)
            {
                return false;
            }

            Wait((int)Math.Ceiling(Math.Min(remaining.TotalMilliseconds, PollMillisecondsMax)));
            FlushAll();
        }

        return true;
    }

    public void Dispose() => _connections.ForEach(connection => connection.Dispose());

    private void Wait(int milliseconds)
    {
        for (int i = 0; i < _descriptors.Length; i++)
        {
            _descriptors[i].Events = _connections[i].HasOutput ? NativeMethods.PollInOrOut : NativeMethods.PollIn;
        }

        // A signal ends the wait early with an error; the next round finds out what it meant.
        if (NativeMethods.Poll(_descriptors, (nuint)_descriptors.Length, milliseconds) <= 0)
        {
            return;
        }

        for (int i = 0; i < _descriptors.Length; i++)
        {
            // Errors and hang-ups are reported beside the events asked for; receiving tells which it was.
            if ((_descriptors[i].Happened & ~NativeMethods.PollOut) != 0)
            {
                _connections[i].Receive();
                _connections[i].Flush();
            }
        }
    }

    /// <summary>A response on one connection may have made calls write on another.</summary>
    private void FlushAll()
    {
        foreach (Http2Connection connection in _connections)
        {
            connection.Flush();
        }
    }
}
