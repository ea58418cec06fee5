using System.Net;
using Coordination.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Benchmarks;

/// <summary>A Kestrel host that sends back what it gets, on a client port or on a plain HTTP/2 port with the same limits.</summary>
internal sealed class EchoHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly SharedPort _port = new(new IPEndPoint(IPAddress.Loopback, 0));
    private ListenOptions? _plain;

    private EchoHost(bool isFiltered)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        var limits = new ClientLimits();
        if (isFiltered)
        {
            builder.Services.AddClientPorts([_port], limits);
        }
        else
        {
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                KestrelLimits.Apply(limits, kestrel);
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    _plain = listen;
                });
            });
        }

        _application = builder.Build();
        _application.Run(static context => context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted));
    }

    public EndPoint EndPoint => _plain?.EndPoint ?? _port.Bound;

    public static async Task<EchoHost> StartAsync(bool isFiltered)
    {
        var host = new EchoHost(isFiltered);
        await host._application.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
