using System.Net;
using System.Text.Json;

namespace Coordination.Conformance.Tests;

/// <summary>Plain HTTP/1.1 on the port that also serves gRPC.</summary>
public sealed class HttpEndpointTests(Servers servers) : IClassFixture<Servers>
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    [Theory, OnEveryTarget]
    public async Task Version_tells_server_and_cluster(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var status = await session.Status();

        using var version = JsonDocument.Parse(await Get(session, "/version", HttpStatusCode.OK));

        Assert.Equal(status.Version, version.RootElement.GetProperty("etcdserver").GetString());
        Assert.Equal($"{session.Capabilities.Release}.0", version.RootElement.GetProperty("etcdcluster").GetString());
    }

    [Theory, OnEveryTarget]
    public async Task Health_is_told(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var expected = session.Capabilities.HealthTellsReason ? """{"health":"true","reason":""}""" : """{"health":"true"}""";

        Assert.Equal(expected, await Get(session, "/health", HttpStatusCode.OK));
    }

    [Theory, OnEveryTarget]
    public async Task Metrics_are_told_by_etcds_names(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("k");

        var metrics = await Get(session, "/metrics", HttpStatusCode.OK);

        Assert.Contains("\netcd_server_has_leader 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\netcd_mvcc_put_total ", metrics, StringComparison.Ordinal);
        Assert.Contains("\n# TYPE etcd_disk_wal_fsync_duration_seconds histogram\n", metrics, StringComparison.Ordinal);
    }

    [Theory, OnEveryTarget]
    public async Task Anything_else_is_not_found(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        Assert.Equal("404 page not found\n", await Get(session, "/nothing", HttpStatusCode.NotFound));
    }

    [Theory]
    [OnEveryTarget("/health")]
    [OnEveryTarget("/version")]
    public async Task Only_reading_is_allowed(IConformanceTarget target, string path)
    {
        var session = await servers.Open(target);

        using var response = await Http.PostAsync(
            new Uri(session.Ports.ClientUrl, path), content: null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    private static async Task<string> Get(Session session, string path, HttpStatusCode expected)
    {
        using var response = await Http.GetAsync(new Uri(session.Ports.ClientUrl, path), TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(HttpVersion.Version11, response.Version);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
