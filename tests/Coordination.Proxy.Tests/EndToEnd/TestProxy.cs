using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coordination.Proxy.Tests;

/// <summary>The proxy in this process, on a port of its own, with a client that sends it requests.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private static readonly Uri Anywhere = new("http://127.0.0.1:0");

    private readonly WebApplication _application;
    private readonly PlanEvents _plans;

    private TestProxy(WebApplication application, PlanEvents plans)
    {
        _application = application;
        _plans = plans;
        Client = new HttpClient { BaseAddress = new Uri(application.Urls.First()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Client { get; }

    /// <summary>Where it tells about itself.</summary>
    public Uri Admin => new(Services.GetRequiredService<AdminServer>().Urls.Single());

    public IServiceProvider Services => _application.Services;

    public ProxyPlan Plan => Services.GetRequiredService<ProxyConfigSource>().Plan;

    /// <summary>How often the proxy has changed what it routes.</summary>
    public long Plans => Services.GetRequiredService<AppliedConfig>().Count;

    public static async Task<TestProxy> StartAsync(Uri coordinator, Action<ProxySettings>? configure = null)
    {
        var settings = new ProxySettings { Listen = [Anywhere], Admin = [Anywhere], LogLevel = LogLevel.Error };
        settings.Proxy.Coordinators.Add(coordinator);
        settings.Proxy.StateFile = null;
        configure?.Invoke(settings);
        var plans = new PlanEvents();
        var application = ProxyApplication.Build(
            settings, builder => builder.Services.AddSingleton<IConfigChangeListener>(plans));
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new TestProxy(application, plans);
    }

    /// <summary>Waits until the proxy works by a plan of which something is true.</summary>
    public Task Until(Func<IProxyConfig, bool> isWanted) => _plans.Until(isWanted, TestContext.Current.CancellationToken);

    /// <summary>Waits until a service has so many destinations.</summary>
    public Task UntilDestinations(string service, int count) => Until(config =>
        (config.Clusters.FirstOrDefault(cluster => cluster.ClusterId == service)?.Destinations?.Count ?? 0) == count);

    public Task<string> Get(string path) => Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public async Task<int> GetStatus(string path, string? host = null, params (string Name, string Value)[] headers)
    {
        using var response = await Send(path, host, headers);
        return (int)response.StatusCode;
    }

    public async Task<string> GetAs(string path, string? host = null, params (string Name, string Value)[] headers)
    {
        using var response = await Send(path, host, headers);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks it to stop, as a signal does.</summary>
    public Task Stop() => _application.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
    }

    private async Task<HttpResponseMessage> Send(string path, string? host, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
