using Grpc.Net.Client;

namespace Coordination.Conformance.Tests;

/// <summary>A server that answers, started for a test or a test class and ended by disposal.</summary>
public sealed class Server : IAsyncDisposable
{
    private const int StartAttemptsMax = 3;
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);

    private readonly ServerProcess _process;
    private readonly GrpcChannel _channel;
    private int _sessions;

    private Server(IConformanceTarget target, ServerProcess process, GrpcChannel channel, LoopbackPorts ports)
    {
        Target = target;
        Ports = ports;
        _process = process;
        _channel = channel;
    }

    public IConformanceTarget Target { get; }

    public LoopbackPorts Ports { get; }

    /// <summary>HOST:PORT of the client port.</summary>
    public string Endpoint => Ports.ClientUrl.Authority;

    public static async Task<Server> Start(IConformanceTarget target, ServerSettings? settings = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var command = await target.Prepare(cancellationToken);
        var flags = (settings ?? ServerSettings.Default).Flags(target.Capabilities).ToArray();
        for (var attempt = 1; ; attempt++)
        {
            var ports = LoopbackPorts.Find();
            var process = ServerProcess.Start(command, ports, flags);
            var channel = Connect(ports);
            if (await Answers(channel, process, cancellationToken))
            {
                return new Server(target, process, channel, ports);
            }

            var output = process.Output;
            channel.Dispose();
            await process.DisposeAsync();

            // Somebody else may have taken a port between our look and the server's.
            if (attempt == StartAttemptsMax || !output.Contains("address already in use", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{target.Name} did not start:\n{output}");
            }
        }
    }

    /// <summary>A connection with a key prefix no other session of this server has.</summary>
    public Session OpenSession() => new(_channel, Target, Ports, prefix: $"session-{Interlocked.Increment(ref _sessions)}/");

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _process.DisposeAsync();
    }

    private static GrpcChannel Connect(LoopbackPorts ports) => GrpcChannel.ForAddress(ports.ClientUrl, new GrpcChannelOptions
    {
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(20),
        MaxReceiveMessageSize = null,
        MaxSendMessageSize = null,
    });

    /// <summary>True once a linearizable read succeeded: the server has elected itself. False when it ended or stays silent.</summary>
    private static async Task<bool> Answers(GrpcChannel channel, ServerProcess process, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, process.Ended);
        var options = new CallOptions(deadline: DateTime.UtcNow + StartMax, cancellationToken: stop.Token).WithWaitForReady();
        try
        {
            await new KV.KVClient(channel).RangeAsync(new RangeRequest { Key = Bytes.Of("ready?") }, options);
            return true;
        }
        catch (RpcException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
