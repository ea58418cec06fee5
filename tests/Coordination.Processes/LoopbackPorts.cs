using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;

namespace Coordination.Processes;

/// <summary>Two ports of the loopback interface that were free a moment ago.</summary>
public sealed record LoopbackPorts(int Client, int Peer)
{
    private const int FirstPort = 10_000;
    private const int EndOfPorts = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public Uri ClientUrl => new($"http://127.0.0.1:{Client}");

    public Uri PeerUrl => new($"http://127.0.0.1:{Peer}");

    public static LoopbackPorts Find()
    {
        // Both are held at the same time, so that they differ.
        using var first = Bind();
        using var second = Bind();
        return new LoopbackPorts(PortOf(first), PortOf(second));
    }

    /// <summary>
    /// A channel to the client port that connects when it is first used, again and again, and takes messages of any size.
    /// </summary>
    public GrpcChannel OpenChannel() => GrpcChannel.ForAddress(ClientUrl, new GrpcChannelOptions
    {
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(20),
        MaxReconnectBackoff = TimeSpan.FromMilliseconds(200),
        MaxReceiveMessageSize = null,
        MaxSendMessageSize = null,
    });

    /// <summary>
    /// A port that this run has not had before: two servers that start at the same time with one port would be one to their cases. Not one
    /// of those that the system gives to outgoing connections, any of which could take it before the server does.
    /// </summary>
    private static Socket Bind()
    {
        while (true)
        {
            var port = Random.Shared.Next(FirstPort, EndOfPorts);
            if (!Given.TryAdd(port, true))
            {
                continue;
            }

            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return socket;
            }
            catch (SocketException inUse) when (inUse.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                socket.Dispose();
            }
        }
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
