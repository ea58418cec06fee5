using System.Net;
using System.Net.Sockets;

namespace Coordination.Conformance.Tests;

/// <summary>Two ports of the loopback interface that were free a moment ago.</summary>
public sealed record LoopbackPorts(int Client, int Peer)
{
    public Uri ClientUrl => new($"http://127.0.0.1:{Client}");

    public Uri PeerUrl => new($"http://127.0.0.1:{Peer}");

    public static LoopbackPorts Find()
    {
        // Both are held at the same time, so that they differ.
        using var first = Bind();
        using var second = Bind();
        return new LoopbackPorts(PortOf(first), PortOf(second));
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
