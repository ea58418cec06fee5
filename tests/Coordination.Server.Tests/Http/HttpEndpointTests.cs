using System.Net;
using Coordination.Protocol.Etcd;
using Grpc.Net.Client;

namespace Coordination.Server.Tests;

/// <summary>Plain HTTP on the client port, and on the ports for metrics.</summary>
public sealed class HttpEndpointTests : IAsyncLifetime
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private CoordinatorNode? _node;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CoordinatorNode Node => _node ?? throw new InvalidOperationException("The node is not started.");

    public async ValueTask InitializeAsync() => _node = await CoordinatorNode.StartEmbeddedAsync(
        options => options with { ListenMetricsUrls = [new Uri("http://127.0.0.1:0")] }, null, Token);

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    [Fact]
    public async Task A_healthy_node_says_so()
    {
        Assert.Equal((HttpStatusCode.OK, """{"health":"true","reason":""}"""), await GetAsync("/health"));
        Assert.Equal((HttpStatusCode.OK, """{"health":"true","reason":""}"""), await GetAsync("/health?serializable=true"));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync("/livez"));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync("/readyz"));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await GetAsync("/readyz/linearizable_read"));
    }

    [Fact]
    public async Task Checks_are_listed_when_asked_for()
    {
        Assert.Equal(
            (HttpStatusCode.OK, "[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\nok\n"),
            await GetAsync("/readyz?verbose"));
        Assert.Equal((HttpStatusCode.OK, "[+]serializable_read ok\nok\n"), await GetAsync("/livez?verbose"));
        Assert.Equal(
            (HttpStatusCode.OK, "[+]serializable_read ok\n[+]linearizable_read ok\nok\n"),
            await GetAsync("/readyz?verbose&exclude=data_corruption&exclude=non_learner"));
    }

    [Fact]
    public async Task An_alarm_makes_a_node_unhealthy_unless_it_is_excluded()
    {
        await RaiseAsync(AlarmType.Nospace);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"health":"false","reason":"ALARM NOSPACE"}"""), await GetAsync("/health"));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/health?exclude=NOSPACE")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/readyz")).Status);
    }

    [Fact]
    public async Task A_corrupt_node_is_not_ready_but_alive()
    {
        await RaiseAsync(AlarmType.Corrupt);

        (HttpStatusCode status, string text) = await GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("[-]data_corruption failed: alarm activated: CORRUPT\n", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/readyz?exclude=data_corruption")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/livez")).Status);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/version")]
    [InlineData("/livez")]
    [InlineData("/metrics")]
    public async Task Other_methods_are_refused(string path)
    {
        using HttpResponseMessage response = await Http.PostAsync(new Uri(Node.ClientUrl, path), content: null, Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("Method Not Allowed\n", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nothing")]
    [InlineData("/readyz/nothing")]
    public async Task Anything_else_is_not_found(string path)
    {
        Assert.Equal((HttpStatusCode.NotFound, "404 page not found\n"), await GetAsync(path));
    }

    [Fact]
    public async Task Metrics_are_told_by_etcds_names_and_follow_the_store()
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(Node.ClientUrl);
        var store = new KV.KVClient(channel);
        await store.PutAsync(new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("k") }, cancellationToken: Token);

        string[] metrics = (await GetAsync("/metrics")).Text.Split('\n');

        Assert.Contains("etcd_mvcc_put_total 1", metrics);
        Assert.Contains("etcd_debugging_mvcc_keys_total 1", metrics);
        Assert.Contains("etcd_debugging_mvcc_current_revision 2", metrics);
        Assert.Contains("etcd_server_is_leader 1", metrics);
        Assert.Contains($"etcd_server_id{{server_id=\"{Node.MemberId:x}\"}} 1", metrics);
        Assert.Contains(
            """grpc_server_handled_total{grpc_code="OK",grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"} 1""",
            metrics);
        Assert.DoesNotContain("etcd_disk_wal_fsync_duration_seconds_count 0", metrics);
        Assert.Contains(metrics, line => line.StartsWith("process_open_fds ", StringComparison.Ordinal));
        Assert.Contains(metrics, line => line.StartsWith("dotnet_gc_collections_total{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ports_for_metrics_tell_metrics_and_health_and_do_not_reach_the_store()
    {
        Uri url = Assert.Single(Node.MetricsUrls);

        Assert.Contains("etcd_server_has_leader 1\n", await Http.GetStringAsync(new Uri(url, "/metrics"), Token), StringComparison.Ordinal);
        Assert.Equal("ok\n", await Http.GetStringAsync(new Uri(url, "/readyz"), Token));
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "/etcdserverpb.KV/Range"))
        {
            Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new("application/grpc") } },
        };
        using HttpResponseMessage refusal = await Http.SendAsync(call, Token);

        // gRPC needs HTTP/2, which this port does not speak.
        Assert.NotEqual(HttpStatusCode.OK, refusal.StatusCode);
    }

    private async Task RaiseAsync(AlarmType alarm)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress(Node.ClientUrl);
        var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, Alarm = alarm, MemberID = Node.MemberId };
        await new Maintenance.MaintenanceClient(channel).AlarmAsync(request, cancellationToken: Token);
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using HttpResponseMessage response = await Http.GetAsync(new Uri(Node.ClientUrl, path), Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
