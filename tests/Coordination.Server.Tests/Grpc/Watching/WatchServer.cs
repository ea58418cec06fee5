using System.Net;
using System.Net.Sockets;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Coordination.Transport;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests;

/// <summary>The Watch service on a port of its own, and the partition behind it, without the rest of a node.</summary>
internal sealed class WatchServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly FakeTimeProvider _time = new();
    private readonly LeaderMonitor _leaders;
    private readonly PartitionHost _host;
    private readonly PeerReplicas _peers = new(
        new PeerTransportOptions { Cluster = new ClusterId(11), Member = new MemberId(12) },
        NullLoggerFactory.Instance, TimeProvider.System);
    private readonly WebApplication _application;
    private readonly GrpcChannel _channel;

    private WatchServer(PartitionHost host, DirectoryInfo folder, int port)
    {
        _folder = folder;
        _host = host;
        _leaders = new LeaderMonitor(() => HasLeader, ElectionTimeout, _time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(_leaders);
        var identity = new NodeIdentity(11, 12);
        var maps = new PartitionMaps(host.Default.Metadata, [12]);
        var stores = new PartitionStores(
            host, maps, _peers, identity, new EtcdServiceOptions { DataDirectory = folder.FullName }, TimeProvider.System,
            NullLoggerFactory.Instance);
        builder.Services.AddSingleton(identity);
        builder.Services.AddSingleton(new WatchFeeds(
            host, maps, stores, new PeerWatches(_peers.Network, new StoredIdentity(11, 12, []), TimeProvider.System)));
        builder.Services.AddSingleton<WatchService>();
        _application = builder.Build();
        _application.MapGrpcService<WatchService>();
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
    }

    public static TimeSpan ElectionTimeout { get; } = TimeSpan.FromSeconds(1);

    public bool HasLeader { get; set; } = true;

    public WatchHub Hub => _host.Default.Watches;

    public static async Task<WatchServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("coordination-watch-");
        var options = new PartitionHostOptions { DataDirectory = folder.FullName, ClusterId = 11, MemberId = 12, SyncWrites = false };
        var host = await PartitionHost.OpenAsync(options, new WatchEventEncoder(), NullLoggerFactory.Instance, TimeProvider.System);
        await host.Default.Started;
        var server = new WatchServer(host, folder, FreePort());
        await server._application.StartAsync();
        return server;
    }

    /// <summary>Calls from within the process.</summary>
    public LocalCalls LocalCalls => new(LocalMethods, _application.Services.GetRequiredService<WatchService>(), _leaders);

    public LocalMethods LocalMethods { get; } = new();

    public AsyncDuplexStreamingCall<WatchRequest, WatchResponse> Open(bool needsLeader = false) =>
        Open(_channel.CreateCallInvoker(), needsLeader);

    public AsyncDuplexStreamingCall<WatchRequest, WatchResponse> OpenLocally(bool needsLeader = false) => Open(LocalCalls, needsLeader);

    private static AsyncDuplexStreamingCall<WatchRequest, WatchResponse> Open(CallInvoker calls, bool needsLeader)
    {
        var headers = new Metadata();
        if (needsLeader)
        {
            headers.Add("hasleader", "true");
        }

        return new Watch.WatchClient(calls).Watch(headers, cancellationToken: TestContext.Current.CancellationToken);
    }

    public async Task<long> PutAsync(byte[] key, byte[] value)
    {
        var outcome = await _host.Default.ProposeAsync(new PutCommand(new PutOperation(key, value)));
        return outcome.Result.Revision;
    }

    /// <summary>Lets so much time pass for whoever watches the leader.</summary>
    public void Advance(TimeSpan time) => _time.Advance(time);

    public Task StopAsync() => _application.StopAsync(TestContext.Current.CancellationToken);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Stops what lies behind the port, as a failure would.</summary>
    public ValueTask StopReplicaAsync() => _host.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _application.DisposeAsync();
        await _host.DisposeAsync();
        await _peers.DisposeAsync();
        _leaders.Dispose();
        _folder.Delete(recursive: true);
    }
}
