namespace Coordination.Proxy.Tests;

public sealed class ProxyDocumentTests
{
    [Theory]
    [InlineData("""{ "name": "r", "service": "a", "path": "/x", "pat": "/y" }""", "route 1")]
    [InlineData("""{ "service": "a", "path": "/x" }""", "route 1")]
    [InlineData("""{ "name": "r", "path": "/x" }""", "route 1")]
    [InlineData("""{ "name": "r", "service": "a" }""", "route r")]
    [InlineData("""{ "name": "r", "service": "a", "path": "/x", "order": "first" }""", "route 1")]
    [InlineData("7", "route 1")]
    [InlineData("null", "route 1")]
    public void A_route_that_makes_no_sense_is_refused_alone(string route, string subject)
    {
        var document = Read($$"""{ "routes": [ {{route}}, { "name": "good", "service": "a", "path": "/good" } ] }""");

        Assert.Equal("good", Assert.Single(document.Routes).Name);
        Assert.Equal(subject, Assert.Single(document.Refusals).Subject);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_is_no_document_leaves_the_one_before_in_force(string text)
    {
        var before = Read("""{ "routes": [ { "name": "good", "service": "a", "path": "/good" } ] }""");

        var after = ProxyDocument.Read(new StoredDocument(2, text), before);

        Assert.Equal(1, after.Version);
        Assert.Equal("good", Assert.Single(after.Routes).Name);
        Assert.Contains("version 2", Assert.Single(after.Refusals).Source, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_of_two_routes_with_one_name_counts()
    {
        var document = Read(
            """
            { "routes": [ { "name": "r", "service": "a", "path": "/1" }, { "name": "r", "service": "a", "path": "/2" } ] }
            """);

        Assert.Equal("/1", Assert.Single(document.Routes).Path);
        Assert.Equal("route r", Assert.Single(document.Refusals).Subject);
    }

    [Fact]
    public void A_setting_that_makes_no_sense_is_refused_and_the_others_of_the_service_count()
    {
        var document = Read("""{ "services": { "a": { "expose": false, "http": "3" }, "b": { "htp": "2" }, "c": { "http": "2" } } }""");

        Assert.False(document.Services["a"].Expose);
        Assert.Null(document.Services["a"].Http);
        Assert.Equal(UpstreamProtocol.Http2, document.Services["c"].Http);
        Assert.Equal(["service a", "service b"], document.Refusals.Select(refusal => refusal.Subject));
    }

    private static ProxyDocument Read(string text) => ProxyDocument.Read(new StoredDocument(1, text), ProxyDocument.Empty);
}
