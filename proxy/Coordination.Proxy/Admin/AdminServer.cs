using Coordination.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Proxy;

/// <summary>
/// The program's second web application, on ports of its own: whoever can send requests through the proxy cannot ask it about itself. It
/// lives as long as the first one.
/// </summary>
internal sealed class AdminServer(ProxySettings settings, AdminView view, PrometheusExporter exporter) : IHostedService, IAsyncDisposable
{
    private WebApplication? _application;

    /// <summary>Where it listens, with the ports that it really has.</summary>
    public IReadOnlyCollection<string> Urls => [.. _application?.Urls ?? []];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Admin.Count == 0)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var url in settings.Admin)
            {
                ListenAddress.Listen(kestrel, url, HttpProtocols.Http1);
            }
        });
        _application = builder.Build();
        _application.UseRouting();
        AdminEndpoints.MapReport(_application, view);
        AdminEndpoints.MapMetrics(_application, exporter);
        AdminEndpoints.MapReadiness(_application, view);
        await _application.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _application?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;
}
