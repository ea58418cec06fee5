using Coordination.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Proxy;

/// <summary>The program's web application: the proxy on its ports, and nothing else.</summary>
internal static class ProxyApplication
{
    /// <param name="settings">How it runs.</param>
    /// <param name="configure">Changes what it is made of; null for nothing.</param>
    public static WebApplication Build(ProxySettings settings, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "coordination-proxy" });
        AddLogging(builder.Logging, settings);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(settings);

        // Before discovery, which takes its time: so it can be asked meanwhile.
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<PrometheusExporter>();
        builder.Services.AddSingleton<AdminServer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AdminServer>());
        builder.Services.AddCoordinationProxy(options => Copy(settings.Proxy, options));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainTime);
        builder.WebHost.UseKestrel(kestrel => Configure(kestrel, settings));
        configure?.Invoke(builder);
        var application = builder.Build();
        application.UseRouting();
        application.MapCoordinationProxy();
        return application;
    }

    private static void AddLogging(ILoggingBuilder logging, ProxySettings settings)
    {
        var level = settings.LogLevel;
        logging.SetMinimumLevel(level);
        var library = level <= LogLevel.Debug ? level : (LogLevel)Math.Max((int)level, (int)LogLevel.Warning);
        logging.AddFilter("Microsoft", library);
        logging.AddFilter("Grpc", library);

        // One line for each request otherwise, and several for each that fails; the access log has them.
        logging.AddFilter("Yarp", (LogLevel)Math.Max((int)library, (int)LogLevel.Error));

        logging.AddFilter(RequestObserver.AccessLog, settings.AccessLog ? LogLevel.Information : LogLevel.None);

        // Why the program cannot start is said by the program, in a sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
        });
    }

    private static void Configure(KestrelServerOptions kestrel, ProxySettings settings)
    {
        kestrel.AddServerHeader = false;

        // Whoever answers the request knows what it can take.
        kestrel.Limits.MaxRequestBodySize = null;
        foreach (var url in settings.Listen)
        {
            ListenAddress.Listen(kestrel, url, HttpProtocols.Http1);
        }

        foreach (var url in settings.ListenHttp2)
        {
            ListenAddress.Listen(kestrel, url, HttpProtocols.Http2);
        }
    }

    private static void Copy(CoordinationProxyOptions from, CoordinationProxyOptions to)
    {
        foreach (var coordinator in from.Coordinators)
        {
            to.Coordinators.Add(coordinator);
        }

        to.Namespace = from.Namespace;
        to.RegistryPrefix = from.RegistryPrefix;
        to.ConfigurationName = from.ConfigurationName;
        to.UserName = from.UserName;
        to.Password = from.Password;
        to.ConfigureClient = from.ConfigureClient;
        to.StateFile = from.StateFile;
        to.Zone = from.Zone;
        to.StartupWait = from.StartupWait;
    }
}
