using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Coordination.Transport.Tests;

/// <summary>A member with a real peer port on loopback, without a node behind it.</summary>
internal sealed class TestMember : IAsyncDisposable
{
    private readonly WebApplication _application;

    private TestMember(PeerTransportOptions options)
    {
        Network = new PeerNetwork(options, Receiver, Log, TimeProvider.System);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddPeerTransport(Network);
        _application = builder.Build();
        _application.MapPeerTransport();
    }

    public RecordingReceiver Receiver { get; } = new();

    public LogRecorder Log { get; } = new();

    public PeerNetwork Network { get; }

    public MemberId Id => Network.Options.Member;

    public Uri Url => new(_application.Urls.Single());

    public static PeerTransportOptions Options(ulong id) => new() { Cluster = new ClusterId(0xC1), Member = new MemberId(id) };

    public static Task<TestMember> StartAsync(ulong id) => StartAsync(Options(id));

    public static async Task<TestMember> StartAsync(PeerTransportOptions options)
    {
        var member = new TestMember(options);
        await member._application.StartAsync(TestContext.Current.CancellationToken);
        return member;
    }

    /// <summary>Makes another member a peer, and waits until it is reachable.</summary>
    public async Task ConnectAsync(MemberId peer, Uri url)
    {
        await Network.SetAsync(peer, [url]);
        await Log.NextAsync("is reachable");
    }

    public PeerStatus StatusOf(MemberId peer) => Network.GetStatus().Single(status => status.Peer == peer);

    public async ValueTask DisposeAsync()
    {
        Receiver.Gate.Set();
        await Network.DisposeAsync();
        await _application.DisposeAsync();
    }
}
