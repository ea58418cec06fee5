using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;

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

    /// <summary>A channel to the client port that connects when it is first used, again and again, and takes messages of any size.</summary>
    public GrpcChannel OpenChannel() => GrpcChannel.ForAddress(ClientUrl, new GrpcChannelOptions
    {
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(20),
        MaxReceiveMessageSize = null,
        MaxSendMessageSize = null,
    });

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
