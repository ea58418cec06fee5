using System.Net;
using System.Net.Sockets;

namespace Coordination.Faults.Tests;

/// <summary>What breaks clusters has to break exactly what it says.</summary>
public sealed class RelayTests : IAsyncLifetime
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private readonly LinkTable _links = new(2);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _dialed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Socket? _answered;
    private PeerRelay? _relay;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Socket Answered => _answered!;

    public async ValueTask InitializeAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        var port = LoopbackPorts.Find().Peer;
        _relay = PeerRelay.Open(
            member: 1, port, ((IPEndPoint)_listener.LocalEndPoint!).Port, _links,
            dialer: from => ConnectionOwner.Find(from, port, [Environment.ProcessId]) is null ? null : 0);
        await _dialed.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        _answered = await _listener.AcceptAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Bytes_pass_both_ways()
    {
        await AssertPasses(_dialed, Answered, 1);
        await AssertPasses(Answered, _dialed, 2);
    }

    [Fact]
    public async Task A_cut_holds_one_direction_back_until_it_heals()
    {
        _links[0, 1].Cut();
        var late = Receive(Answered);
        await _dialed.SendAsync(new byte[] { 7 }, Token);
        await AssertPasses(Answered, _dialed, 2);
        await Assert.ThrowsAsync<TimeoutException>(() => late.WaitAsync(Silence, Token));

        _links.Heal();

        Assert.Equal((byte?)7, await late);
    }

    [Fact]
    public async Task An_end_is_noticed_only_after_the_cut()
    {
        _links[0, 1].Cut();
        var end = Receive(Answered);
        _dialed.Shutdown(SocketShutdown.Send);
        await Assert.ThrowsAsync<TimeoutException>(() => end.WaitAsync(Silence, Token));

        _links.Heal();

        Assert.Null(await end);
    }

    [Fact]
    public async Task A_reset_ends_the_connection_at_both_ends()
    {
        // Only what passes shows that the relay knows the connection.
        await AssertPasses(_dialed, Answered, 1);
        _relay!.Reset(0);
        await Assert.ThrowsAsync<SocketException>(() => Receive(Answered));
        await Assert.ThrowsAsync<SocketException>(() => Receive(_dialed));
    }

    [Fact]
    public async Task Bytes_that_are_delayed_stay_in_order()
    {
        _links[0, 1].Delay = Silence;
        await _dialed.SendAsync(new byte[] { 1 }, Token);
        await _dialed.SendAsync(new byte[] { 2 }, Token);
        var first = Receive(Answered);
        await Assert.ThrowsAsync<TimeoutException>(() => first.WaitAsync(Silence / 3, Token));
        Assert.Equal((byte?)1, await first);
        Assert.Equal((byte?)2, await Receive(Answered));
    }

    public async ValueTask DisposeAsync()
    {
        _dialed.Dispose();
        _answered?.Dispose();
        _listener.Dispose();
        await _relay!.DisposeAsync();
    }

    private static async Task AssertPasses(Socket from, Socket to, byte value)
    {
        await from.SendAsync(new[] { value }, Token);
        Assert.Equal((byte?)value, await Receive(to));
    }

    /// <summary>The next byte; null at the end.</summary>
    private static async Task<byte?> Receive(Socket socket)
    {
        var buffer = new byte[1];
        return await socket.ReceiveAsync(buffer, Token) == 0 ? null : buffer[0];
    }
}
