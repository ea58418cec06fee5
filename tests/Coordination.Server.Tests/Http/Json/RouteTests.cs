using System.Net;
using System.Text.RegularExpressions;
using Coordination.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Coordination.Server.Tests;

/// <summary>What is the same for all routes: errors, where they are served, and gRPC beside them.</summary>
public sealed partial class RouteTests
{
    private const string Instance = "/v1/services/orders/instances/a";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_makes_no_sense_is_refused_by_the_name_of_its_field()
    {
        await using var api = await HttpApi.StartAsync();
        (string Verb, string Path, string? Body, string Message)[] cases =
        [
            ("PUT", Instance, """{"port":8080}""", "address: is missing"),
            ("PUT", Instance, """{"address":"x","port":70000}""", "port: is above 65535"),
            ("PUT", Instance, """{"address":"x","port":"many"}""", "port: is no whole number in its range: \"many\""),
            ("PUT", Instance, """{"address":"x","ttl":15}""", "ttl: is no time such as \"1.5s\": 15"),
            ("PUT", Instance, """{"address":"x","ttl":"0s"}""", "ttl: is not between 1s and 2592000s"),
            ("PUT", Instance, """{"address":"x","status":"fine"}""", "status: 'fine' is none of passing, warning, critical"),
            ("PUT", Instance, """{"address":"x","id":"b"}""", "id: is given twice"),
            ("PUT", Instance, """["address"]""", "body: is no JSON object"),
            ("PUT", "/v1/services/a%2Fb/instances/c", """{"address":"x"}""", "name: has a slash"),
            ("PUT", Instance + "?address=x", "{}", "address: belongs into the body of a PUT"),
            ("POST", Instance + "/heartbeat", """{"note":"x"}""", "note: goes with a status"),
            ("GET", "/v1/services/orders?passing=maybe", null, "passing: is no true or false: \"maybe\""),
            ("GET", "/v1/services/orders?passing&all", null, "all: does not go with passing"),
            ("GET", "/v1/services/orders?zone=a&zone=b", null, "zone: is given twice"),
            ("GET", "/v1/services/orders/watch?passing&all", null, "all: does not go with passing"),
            ("POST", "/v1/queues/q/messages", """{"priority":256}""", "priority: is above 255"),
            ("POST", "/v1/queues/q/messages", """{"text":"a","body":"YQ=="}""", "body: only one of text, body can be given"),
            ("POST", "/v1/queues/q/claims", """{"wait":"1h"}""", "wait: is no time such as \"1.5s\": \"1h\""),
            ("POST", "/v1/queues/q/claims", """{"wait":"301s"}""", "wait: is not between 0s and 300s"),
            ("DELETE", "/v1/queues/q/claims/x", null, "claim_id: is not one that was given out"),
            ("PUT", "/v1/config/web", "{}", "text: is missing, and body too"),
            ("PUT", "/v1/config/web/gray", """{"text":"a"}""", "labels: is missing: everybody would see the version"),
        ];

        foreach (var (verb, path, body, message) in cases)
        {
            Assert.Equal(message, await api.RefuseAsync(HttpStatusCode.BadRequest, 3, verb, path, body));
        }

        string unknown = await api.RefuseAsync(HttpStatusCode.BadRequest, 3, "GET", "/v1/services/orders?tags=a");
        Assert.StartsWith("tags: no such field; there are name, tag, ", unknown, StringComparison.Ordinal);
        string damaged = await api.RefuseAsync(HttpStatusCode.BadRequest, 3, "PUT", Instance, """{"address":""");
        Assert.StartsWith("body: is no JSON: ", damaged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_route_is_refused_and_etcds_paths_are_as_they_were()
    {
        await using var api = await HttpApi.StartAsync();

        Assert.Equal("there is no GET /v1/nothing", await api.RefuseAsync(HttpStatusCode.NotFound, 5, "GET", "/v1/nothing"));
        Assert.Equal(
            "there is no PATCH /v1/services, only GET",
            await api.RefuseAsync(HttpStatusCode.MethodNotAllowed, 12, "PATCH", "/v1/services"));
        Assert.Contains("etcdserver", await Http.GetStringAsync(new Uri(api.Url, "/version"), Cancelled), StringComparison.Ordinal);
        using var other = await Http.GetAsync(new Uri(api.Url, "/v3/kv"), Cancelled);
        Assert.Equal("404 page not found\n", await other.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var api = await HttpApi.StartAsync();

        string text = new('x', 5_000_000);
        var (status, _) = await api.AskAsync("PUT", "/v1/config/web", $$"""{"text":"{{text}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
    }

    [Fact]
    public async Task Ports_for_metrics_have_no_routes()
    {
        await using var node = await CoordinatorNode.StartEmbeddedAsync(
            static options => options with { ListenMetricsUrls = [new Uri("http://127.0.0.1:0")] }, null, Cancelled);

        using var refusal = await Http.GetAsync(new Uri(Assert.Single(node.MetricsUrls), "/v1/services"), Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, refusal.StatusCode);
    }

    [Fact]
    public async Task Every_route_is_in_the_documentation_and_nothing_else()
    {
        await using var node = await SingleNode.StartAsync();
        var served = node.Node.Services.GetRequiredService<HttpRoutes>().All.Select(static route => $"{route.Verb} {route.Pattern}");
        string text = await File.ReadAllTextAsync(Path.Combine(FindRoot(), "docs", "http-api.md"), Cancelled);

        Assert.Equal(
            served.Order(StringComparer.Ordinal),
            RouteInText().Matches(text).Select(static route => route.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_services_are_reached_by_grpc_too()
    {
        await using var node = await SingleNode.StartAsync();
        using var channel = GrpcChannel.ForAddress(node.Node.ClientUrl);
        var services = new Services.ServicesClient(channel);
        var queues = new Queues.QueuesClient(channel);
        var configuration = new Protocol.V1.Configuration.ConfigurationClient(channel);
        using var watch = services.Watch(new QueryRequest(), cancellationToken: Cancelled);
        Assert.True(await watch.ResponseStream.MoveNext(Cancelled));
        Assert.True(watch.ResponseStream.Current.Snapshot);

        await services.RegisterAsync(new RegisterRequest { Name = "orders", Id = "a", Address = "x" }, cancellationToken: Cancelled);
        await services.HeartbeatAsync(new HeartbeatRequest { Name = "orders", Id = "a" }, cancellationToken: Cancelled);
        await queues.EnqueueAsync(new EnqueueRequest { Name = "mail", Text = "hello" }, cancellationToken: Cancelled);
        var claimed = await queues.ClaimAsync(new ClaimRequest { Name = "mail" }, cancellationToken: Cancelled);
        await configuration.PutDocumentAsync(new PutDocumentRequest { Name = "web", Text = "one" }, cancellationToken: Cancelled);

        Assert.True(await watch.ResponseStream.MoveNext(Cancelled));
        Assert.Equal("orders", Assert.Single(watch.ResponseStream.Current.Changes).Name);
        Assert.Equal("hello", claimed.Message.Text);
        Assert.Equal(
            "one", (await configuration.GetDocumentAsync(new GetDocumentRequest { Name = "web" }, cancellationToken: Cancelled)).Text);
        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await services.DrainAsync(new DrainRequest { Name = "orders", Id = "b" }, cancellationToken: Cancelled));
        Assert.Equal(RecipeErrors.NotRegistered, refusal.Status);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Coordination.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The repository is not above the tests.");
    }

    [GeneratedRegex(@"^\| `([A-Z]+ /v1[^`]*)` \|", RegexOptions.Multiline)]
    private static partial Regex RouteInText();
}
