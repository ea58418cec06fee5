using Coordination.Client.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Coordination.Client.Tests;

public sealed class HostingTests
{
    private static CancellationToken Cancelled => TestLimits.Token;

    [Fact]
    public async Task A_host_has_a_client_with_the_settings_of_its_configuration()
    {
        await using var server = await FakeServer.Start();
        server.Users.Token = "none that was given out";
        List<string> said = [];
        server.Users.OnAuthenticate = (request, _) =>
        {
            said.Add($"{request.Name} {request.Password}");
            return Task.CompletedTask;
        };
        server.KeyValues.OnRange = (request, _) =>
        {
            said.Add(request.Key.ToStringUtf8());
            return Task.FromResult(new Etcd.RangeResponse { Header = new Etcd.ResponseHeader() });
        };
        using var host = Build(new Dictionary<string, string?>
        {
            ["Coordination:Endpoints:0"] = "http://127.0.0.1:1",
            ["Coordination:Endpoints:1"] = server.Url,
            ["Coordination:Namespace"] = "app/",
            ["Coordination:UserName"] = "alice",
            ["Coordination:Password"] = "secret",
            ["Coordination:ConnectTimeout"] = "00:00:01",
            ["Coordination:PreferLeader"] = "true",
        });
        await host.StartAsync(Cancelled);

        await host.Services.GetRequiredService<CoordinationClient>().KeyValues.GetAsync("k", cancellationToken: Cancelled);
        await host.StopAsync(Cancelled);

        Assert.Equal(["alice secret", "app/k"], said);
        var log = Assert.Single(host.Services.GetServices<ILoggerProvider>().OfType<ListLoggerProvider>()).Lines;
        Assert.Contains(log, line => line.StartsWith("Coordination.Client[1]", StringComparison.Ordinal));
        Assert.DoesNotContain(log, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_does_not_start_with_settings_of_which_no_client_can_be_made()
    {
        using var host = Build(new Dictionary<string, string?>
        {
            ["Coordination:AttemptTimeout"] = "01:00:00",
            ["Coordination:UserName"] = "alice",
            ["Coordination:Tls:KeyFile"] = "key.pem",
        });

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancelled));

        Assert.All(
            ["Endpoints", "AttemptTimeout", "Password", "Tls"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_does_not_start_without_the_files_that_it_is_to_trust()
    {
        using var host = Build(new Dictionary<string, string?>
        {
            ["Coordination:Endpoints:0"] = "https://127.0.0.1:2379",
            ["Coordination:Tls:TrustedAuthorityFile"] = "no-such-file.pem",
        });

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancelled));

        Assert.Contains("no-such-file.pem", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_shows_the_certificate_of_its_settings()
    {
        using var files = new TlsFiles();
        await using var server = await RealServer.Start(ServerKind.Etcd, files);
        using var host = Build(new Dictionary<string, string?>
        {
            ["Coordination:Endpoints:0"] = server.Url,
            ["Coordination:Tls:TrustedAuthorityFile"] = files.AuthorityFile,
            ["Coordination:Tls:CertificateFile"] = files.ClientCertificateFile,
            ["Coordination:Tls:KeyFile"] = files.ClientKeyFile,
        });
        await host.StartAsync(Cancelled);

        var put = await host.Services.GetRequiredService<CoordinationClient>().KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);

        Assert.True(put.Revision > 0);
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task A_host_is_healthy_while_its_cluster_answers()
    {
        await using var server = await FakeServer.Start();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddCoordination(settings =>
            {
                settings.Endpoints.Add(new Uri(server.Url));

                // Long enough for the first request of a busy machine; the last check takes as long.
                (settings.RequestTimeout, settings.AttemptTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
            }).Services
            .AddHealthChecks().AddCoordination(failureStatus: HealthStatus.Degraded, tags: ["ready"]).Services
            .BuildServiceProvider();
        var health = services.GetRequiredService<HealthCheckService>();

        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Cancelled)).Status);
        server.KeyValues.OnRange = (_, _) => throw new RpcException(
            new Status(StatusCode.PermissionDenied, "etcdserver: permission denied"));
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Cancelled)).Status);
        server.KeyValues.OnRange = (_, _) => throw new RpcException(new Status(StatusCode.Unavailable, "etcdserver: no leader"));
        var report = await health.CheckHealthAsync(Cancelled);

        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.StartsWith("No server could serve", report.Entries["coordination"].Description, StringComparison.Ordinal);
    }

    private static IHost Build(IEnumerable<KeyValuePair<string, string?>> configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Logging.AddProvider(new ListLoggerProvider());
        builder.Services.AddCoordination(builder.Configuration.GetSection("Coordination"));
        return builder.Build();
    }
}
