using System.Net;
using Coordination.StateMachine;
using Coordination.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Replication.Tests;

/// <summary>A member with its replicas and a real peer port on loopback, without a node around it.</summary>
internal sealed class NetworkedMember : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _folder;
    private PartitionHost? _host;

    private NetworkedMember(ulong id, string folder, int port)
    {
        Id = id;
        _folder = folder;
        var options = new PeerTransportOptions { Cluster = new ClusterId(9), Member = new MemberId(id) };
        Replicas = new PeerReplicas(options, NullLoggerFactory.Instance, TimeProvider.System);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddPeerTransport(Replicas.Network);
        _application = builder.Build();
        _application.MapPeerTransport();
    }

    public ulong Id { get; }

    public PeerReplicas Replicas { get; }

    public PartitionHost Host => _host!;

    public PartitionReplica Replica => _host!.Default;

    public Uri Url => new(_application.Urls.Single());

    /// <summary>Serves the peer port: 0 for one that is free.</summary>
    public static async Task<NetworkedMember> ListenAsync(ulong id, string folder, int port)
    {
        var member = new NetworkedMember(id, folder, port);
        await member._application.StartAsync(TestContext.Current.CancellationToken);
        return member;
    }

    /// <summary>Opens the replicas and connects them with the other members.</summary>
    public async Task OpenAsync(IReadOnlyDictionary<ulong, Uri> members, PartitionReplicaOptions options)
    {
        foreach (var (id, url) in members.Where(member => member.Key != Id))
        {
            await Replicas.Network.SetAsync(new MemberId(id), [url]);
        }

        _host = await PartitionHost.OpenAsync(
            new PartitionHostOptions
            {
                DataDirectory = _folder,
                ClusterId = 9,
                MemberId = Id,
                Members = [.. members.Keys],
                Network = Replicas,
                SyncWrites = false,
                Replica = options with { TickInterval = TimeSpan.FromMilliseconds(50) },
            },
            new NoBytes(), NullLoggerFactory.Instance, TimeProvider.System);
        Replicas.Attach(_host);
    }

    public async Task<ProposalOutcome> PutAsync(string key, string value) =>
        await Replica.ProposeAsync(HostFixture.Put(key, value)).WaitAsync(TestContext.Current.CancellationToken);

    public async Task<string?> ReadAsync(string key)
    {
        var read = await Replica.ReadAsync();
        Assert.True(read.IsConfirmed, $"{read.End}");
        Assert.Equal(ApplyError.None, read.View.Read(HostFixture.Get(key), out var result));
        return result.Items.Count == 0 ? null : System.Text.Encoding.UTF8.GetString(result.Items[0].Value.Span);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await Replicas.DisposeAsync();
        await _application.DisposeAsync();
    }

    private sealed class NoBytes : IWatchEventEncoder
    {
        public byte[] Encode(KeyEvent happened, KeyValue? previous) => [];
    }
}
