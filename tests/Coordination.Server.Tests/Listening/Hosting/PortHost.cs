using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests;

/// <summary>A Kestrel host on one client port of the loopback interface, with a few paths that say what arrived.</summary>
internal sealed class PortHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly SharedPort _port;
    private readonly SilentGauge _silent = new();
    private ListenOptions? _unfiltered;

    private PortHost(Setup setup)
    {
        _port = new SharedPort(setup.Address, setup.TryHandOver);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Logging.AddProvider(Logs);
        if (setup.IsFiltered)
        {
            builder.Services.AddClientPorts([_port], setup.Limits, setup.PortLimits);
        }
        else
        {
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                KestrelLimits.Apply(setup.Limits, kestrel);
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    _unfiltered = listen;
                });
            });
        }

        if (setup.Time is { } time)
        {
            builder.Services.AddSingleton(time);
        }

        setup.Services?.Invoke(builder.Services);
        builder.Services.AddRouting();
        _application = builder.Build();
        _silent.Observe(_application.Services.GetRequiredService<IMeterFactory>());
        _application.UseRouting();
        setup.Endpoints?.Invoke(_application);
        _application.UseEndpoints(static _ => { });
        _application.Run(AnswerAsync);
    }

    public CapturedLogs Logs { get; } = new();

    public EndPoint EndPoint => _unfiltered?.EndPoint ?? _port.Bound;

    public Uri Address => new($"http://{EndPoint}");

    public IServiceProvider Services => _application.Services;

    /// <summary>The requests to <c>/wait</c>.</summary>
    public WaitingRequests Waiting { get; } = new();

    public static async Task<PortHost> StartAsync(Setup? setup = null)
    {
        var host = new PortHost(setup ?? new Setup());
        await host._application.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>Completes when so many connections have been accepted and have not said what they speak.</summary>
    public Task WaitForSilentConnectionsAsync(int count) => _silent.WaitForAsync(count);

    public Task StopAsync() => _application.StopAsync(TestContext.Current.CancellationToken);

    public HttpClient CreateClient(Version version) => new(new SocketsHttpHandler { EnableMultipleHttp2Connections = false })
    {
        BaseAddress = Address,
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _silent.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        switch (context.Request.Path)
        {
            case "/host":
                await response.WriteAsync(context.Request.Host.Value ?? string.Empty);
                break;
            case "/digest":
                byte[] digest = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted);
                await response.WriteAsync(Convert.ToHexString(digest));
                break;
            case "/version":
                await response.WriteAsync($"{context.Request.Protocol} {context.Request.Scheme}");
                break;
            case "/echo":
                await context.Request.Body.CopyToAsync(response.Body, context.RequestAborted);
                break;
            case "/wait":
                await Waiting.WaitAsync(context);
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    /// <summary>What differs from a default host.</summary>
    internal sealed record Setup
    {
        /// <summary>Whether this is a client port; if not, Kestrel serves HTTP/2 on a port of its own, as a yardstick.</summary>
        public bool IsFiltered { get; init; } = true;

        public IPEndPoint Address { get; init; } = new(IPAddress.Loopback, 0);

        /// <summary>Takes what speaks no HTTP.</summary>
        public Func<ConnectionContext, bool>? TryHandOver { get; init; }

        public ClientLimits Limits { get; init; } = new();

        public SharedPortLimits PortLimits { get; init; } = new();

        public TimeProvider? Time { get; init; }

        public Action<IServiceCollection>? Services { get; init; }

        public Action<WebApplication>? Endpoints { get; init; }
    }
}
