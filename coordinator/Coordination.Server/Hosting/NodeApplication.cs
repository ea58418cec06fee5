using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Server;

/// <summary>Puts the web application of a node together: its ports, its gRPC services, and what plain HTTP gets.</summary>
internal static class NodeApplication
{
    /// <summary>How long calls that are under way may take to end when the node stops.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Builds the application; it listens once it is started.</summary>
    public static WebApplication Build(NodeOptions options, NodeFoundation foundation, NodePorts ports)
    {
        var identity = new NodeIdentity(foundation.Store.ClusterId, foundation.Store.MemberId);

        // Empty: no configuration files, no environment, no console and no signals, so that any number of nodes fit into a process.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        IServiceCollection services = builder.Services;
        services.AddSingleton(foundation.Loggers);
        services.AddSingleton(foundation.Meters);
        services.AddSingleton(foundation.Exporter);
        services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        services.AddSingleton(options);
        services.AddSingleton(foundation.Store);
        services.AddSingleton(foundation.Store.Default);
        services.AddSingleton(foundation.Replicas);
        services.AddSingleton(foundation.Watches);
        services.AddSingleton(foundation.Partitions);
        AddPorts(services, options, ports);
        services.AddRouting();
        services.AddSingleton(identity);
        services.AddSingleton(foundation.Members);
        services.AddSingleton<IMemberReplicas>(provider => new MemberReplicas(
            foundation.Silo, options.ElectionTimeout, provider.GetRequiredService<TimeProvider>()));
        services.AddEtcdServices(EtcdServiceOptions.Of(options) with { DataDirectory = foundation.Directory.Path });
        services.AddHttpEndpoints();
        if (options.Tracing is { } tracing)
        {
            services.AddTracing(tracing, foundation.Directory.Identity.MemberId);
        }

        WebApplication application = builder.Build();
        foundation.Replicas.Answer(application.Services.GetRequiredService<PartitionCalls>());
        application.Services.StartPartitions();
        foundation.Metrics.Observe(foundation.Store, options, application.Services.GetRequiredService<CallMetrics>());
        foundation.Metrics.Observe(foundation.Silo);
        application.Use(next => context => PlainText.ExplainRefusalsAsync(context, next));
        application.UseRouting();
        application.MapHttpEndpoints();
        application.MapEtcdServices();
        application.UseEndpoints(static _ => { });
        return application;
    }

    private static void AddPorts(IServiceCollection services, NodeOptions options, NodePorts ports)
    {
        services.AddClientPorts(ports.Client, new ClientLimits
        {
            MaxConcurrentStreams = options.MaxConcurrentStreams,
            MaxRequestBytes = options.MaxRequestBytes,
            KeepAliveInterval = options.KeepAliveInterval,
            KeepAliveTimeout = options.KeepAliveTimeout,
        });
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            // Plain HTTP only: gRPC needs HTTP/2, so that whoever may see the metrics cannot reach the store.
            foreach (SharedPort port in ports.Metrics)
            {
                kestrel.Listen(port.For(PortProtocol.Http1), static listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
    }
}
