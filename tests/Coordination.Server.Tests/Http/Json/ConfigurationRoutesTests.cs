using System.Net;
using Coordination.Client;
using Coordination.Recipes;

namespace Coordination.Server.Tests;

public sealed class ConfigurationRoutesTests
{
    private const string Document = "/v1/config/web";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_is_the_same_for_http_and_for_the_library()
    {
        await using var api = await HttpApi.StartAsync();
        var document = new ConfigurationDocument(api.Client.Root, "config/web");

        Assert.Equal("1", (string)(await api.DoAsync("PUT", Document, """{"text":"{\"color\":\"blue\"}"}"""))["version"]!);
        var found = await document.FindAsync(null, Cancelled);
        await document.PublishAsync("two", Cancelled);
        var read = await api.DoAsync("GET", Document);

        Assert.Equal((1, """{"color":"blue"}"""), (found!.Number, found.Content.ToString()));
        Assert.Equal(("2", "two"), ((string)read["version"]!, (string)read["text"]!));
    }

    [Fact]
    public async Task A_document_that_somebody_else_has_changed_is_not_replaced()
    {
        await using var api = await HttpApi.StartAsync();
        Assert.Equal(
            "nothing is published under this name", await api.RefuseAsync(HttpStatusCode.NotFound, 5, "GET", Document));
        await api.DoAsync("PUT", Document, """{"text":"one","expected_version":0}""");

        string refusal = await api.RefuseAsync(HttpStatusCode.Conflict, 10, "PUT", Document, """{"text":"x","expected_version":"0"}""");
        await api.DoAsync("PUT", Document, """{"text":"two","expectedVersion":1}""");

        Assert.Equal("expected_version: Version 1 is in force, not 0.", refusal);
        Assert.Equal("two", (string)(await api.DoAsync("GET", Document))["text"]!);
    }

    [Fact]
    public async Task A_watch_sees_gray_releases_by_its_labels_and_rollbacks()
    {
        await using var api = await HttpApi.StartAsync();
        using var watch = await api.WatchAsync(Document + "/watch?labels.zone=eu");
        using var other = await api.WatchAsync(Document + "/watch?labels.zone=us");
        await api.DoAsync("PUT", Document, """{"text":"one"}""");
        Assert.Equal("one", (string)(await watch.NextAsync())["text"]!);
        Assert.Equal("one", (string)(await other.NextAsync())["text"]!);

        await api.DoAsync("PUT", Document + "/gray", """{"text":"two","labels":{"zone":{"values":["eu","asia"]}}}""");
        Assert.Equal("two", (string)(await watch.NextAsync())["text"]!);
        Assert.Equal("two", (string)(await api.DoAsync("GET", Document + "?labels.zone=asia"))["text"]!);
        Assert.Equal("one", (string)(await api.DoAsync("GET", Document))["text"]!);
        var history = await api.DoAsync("GET", Document + "/history");
        Assert.Equal(("1", "2"), ((string)history["current"]!, (string)history["gray"]!["version"]!));

        await api.DoAsync("POST", Document + "/gray/promote");
        Assert.Equal("two", (string)(await other.NextAsync())["text"]!);
        Assert.Equal("1", (string)(await api.DoAsync("POST", Document + "/rollback", """{"version":1}"""))["version"]!);
        Assert.Equal("one", (string)(await watch.NextAsync())["text"]!);
        Assert.Equal("one", (string)(await other.NextAsync())["text"]!);
    }

    [Fact]
    public async Task A_gray_release_can_be_cleared()
    {
        await using var api = await HttpApi.StartAsync();
        await api.DoAsync("PUT", Document, """{"text":"one"}""");
        await api.DoAsync("PUT", Document + "/gray", """{"text":"two","labels":{"zone":{"values":["eu"]}}}""");

        Assert.Equal("1", (string)(await api.DoAsync("DELETE", Document + "/gray"))["version"]!);

        Assert.Equal("one", (string)(await api.DoAsync("GET", Document + "?labels.zone=eu"))["text"]!);
        Assert.Equal(
            "there is no gray release", await api.RefuseAsync(HttpStatusCode.BadRequest, 9, "POST", Document + "/gray/promote"));
        Assert.Equal(
            "version: there is no such version",
            await api.RefuseAsync(HttpStatusCode.NotFound, 5, "POST", Document + "/rollback", """{"version":9}"""));
    }
}
