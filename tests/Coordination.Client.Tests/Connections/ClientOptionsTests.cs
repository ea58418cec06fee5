namespace Coordination.Client.Tests;

public sealed class ClientOptionsTests
{
    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var options = new CoordinationClientOptions
        {
            RequestTimeout = TimeSpan.FromSeconds(1),
            AttemptTimeout = TimeSpan.FromSeconds(2),
            KeepAlivePingDelay = TimeSpan.FromSeconds(1),
            ConnectTimeout = TimeSpan.Zero,
            EndpointBackoffMax = TimeSpan.Zero,
            UserName = "alice",
        };

        var error = Assert.Throws<ArgumentException>(() => new CoordinationClient(options));

        Assert.All(
            ["Endpoints", "AttemptTimeout", "KeepAlivePingDelay", "ConnectTimeout", "EndpointBackoffMax", "Password"],
            name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1:2379")]
    [InlineData("127.0.0.1:2379")]
    public void An_endpoint_is_an_http_address(string endpoint)
    {
        Assert.ThrowsAny<Exception>(() => new CoordinationClient(endpoint));
    }

    [Fact]
    public void Default_options_with_an_endpoint_are_right()
    {
        Assert.Empty(FakeServer.Options("http://127.0.0.1:2379", "https://example.org").FindErrors());
    }
}
