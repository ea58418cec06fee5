using System.Net;
using System.Net.Sockets;

namespace Coordination.Transport.Tests;

/// <summary>A wire between two members that a test can cut, freeze, and plug in elsewhere. Its own address never changes.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _work = [];
    private TaskCompletionSource _flows = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytesUntilCut = long.MaxValue;
    private volatile Uri? _target;

    public Relay(Uri? target = null)
    {
        _target = target;
        _flows.SetResult();
        _listener.Start();
        _work.Add(AcceptAsync());
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Connections from now on lead there; to nowhere, they are closed.</summary>
    public void PlugInto(Uri? target) => _target = target;

    /// <summary>Closes every connection.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _sockets)
            {
                socket.Close();
            }

            _sockets.Clear();
        }
    }

    /// <summary>Closes every connection after so many more bytes.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref _bytesUntilCut, bytes);

    /// <summary>Connections stay open, and nothing passes.</summary>
    public void Freeze() => _flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => _flows.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Thaw();
        Cut();
        Task[] work;
        lock (_gate)
        {
            work = [.. _work];
        }

        await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var near = await _listener.AcceptSocketAsync(_stop.Token);
            if (_target is not { } target)
            {
                near.Close();
                continue;
            }

            lock (_gate)
            {
                _work.Add(ConnectAsync(near, target));
            }
        }
    }

    private async Task ConnectAsync(Socket near, Uri target)
    {
        await Task.Yield();
        var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        lock (_gate)
        {
            _sockets.Add(near);
            _sockets.Add(far);
        }

        try
        {
            await far.ConnectAsync(target.Host, target.Port, _stop.Token);
            await await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end closed, or the test did.
        }
        finally
        {
            near.Close();
            far.Close();
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, SocketFlags.None, _stop.Token) is var count and > 0)
        {
            await _flows.Task;
            if (Interlocked.Add(ref _bytesUntilCut, -count) < 0)
            {
                CutAfter(long.MaxValue);
                Cut();
                return;
            }

            await to.SendAsync(buffer.AsMemory(0, count), SocketFlags.None, _stop.Token);
        }
    }
}
