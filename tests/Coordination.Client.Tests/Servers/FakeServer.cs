using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coordination.Client.Tests;

/// <summary>A gRPC server in this process whose answers the test decides, one call at a time. Real sockets, real HTTP/2.</summary>
public sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _host;

    private FakeServer()
    {
        KeyValues = new FakeKeyValues(Users);
        Leases = new FakeLeases(Users);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Users);
        builder.Services.AddSingleton(KeyValues);
        builder.Services.AddSingleton(Leases);
        builder.Services.AddSingleton(Maintenance);
        builder.Services.AddSingleton(Watches);
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        _host = builder.Build();
        _host.MapGrpcService<FakeUsers>();
        _host.MapGrpcService<FakeKeyValues>();
        _host.MapGrpcService<FakeLeases>();
        _host.MapGrpcService<FakeMaintenance>();
        _host.MapGrpcService<FakeWatches>();
    }

    public FakeUsers Users { get; } = new();

    public FakeKeyValues KeyValues { get; }

    public FakeLeases Leases { get; }

    public FakeMaintenance Maintenance { get; } = new();

    public FakeWatches Watches { get; } = new();

    public string Url => _host.Urls.Single();

    public static async Task<FakeServer> Start()
    {
        var server = new FakeServer();
        await server._host.StartAsync(TestLimits.Token);
        return server;
    }

    /// <summary>Options of a client that calls these servers, in this order.</summary>
    public static CoordinationClientOptions Options(params IEnumerable<string> urls)
    {
        var options = new CoordinationClientOptions();
        foreach (var url in urls)
        {
            options.Endpoints.Add(new Uri(url));
        }

        return options;
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();
}
