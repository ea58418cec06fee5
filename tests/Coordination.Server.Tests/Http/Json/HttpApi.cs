using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Coordination.Client;

namespace Coordination.Server.Tests;

/// <summary>A node, asked by plain HTTP; and by the library, to see the same from the other side.</summary>
internal sealed class HttpApi : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private readonly SingleNode _node;

    private HttpApi(SingleNode node)
    {
        _node = node;
        Client = new CoordinationClient(Url.ToString());
    }

    public Uri Url => _node.Node.ClientUrl;

    public CoordinationClient Client { get; private set; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<HttpApi> StartAsync() => new(await SingleNode.StartAsync());

    public async Task RestartAsync()
    {
        await Client.DisposeAsync();
        await _node.RestartAsync();
        Client = new CoordinationClient(Url.ToString());
    }

    /// <summary>Asks, and answers what came.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(string verb, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(Url, path));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");

        // Whoever has much to say asks first whether it may.
        request.Headers.ExpectContinue = body?.Length > 1_000_000;
        using var response = await Http.SendAsync(request, Cancelled);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!);
    }

    /// <summary>Asks for what has to be granted.</summary>
    public async Task<JsonNode> DoAsync(string verb, string path, string? body = null)
    {
        var (status, answer) = await AskAsync(verb, path, body);
        Assert.True(status == HttpStatusCode.OK, $"{verb} {path}: {(int)status} {answer.ToJsonString()}");
        return answer;
    }

    /// <summary>Asks for what has to be refused, and answers with which words.</summary>
    public async Task<string> RefuseAsync(HttpStatusCode expected, int code, string verb, string path, string? body = null)
    {
        var (status, answer) = await AskAsync(verb, path, body);
        Assert.Equal((expected, code), (status, (int)answer["code"]!));
        return (string)answer["message"]!;
    }

    /// <summary>Asks for a stream, of lines.</summary>
    public async Task<HttpLines> WatchAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, path));
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        return new HttpLines(response, new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled)));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _node.DisposeAsync();
    }
}

/// <summary>A stream of lines that a node answers with.</summary>
internal sealed class HttpLines(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    public string? MediaType => response.Content.Headers.ContentType?.MediaType;

    public async Task<string?> NextLineAsync() => await reader.ReadLineAsync(TestContext.Current.CancellationToken);

    public async Task<JsonNode> NextAsync() => JsonNode.Parse((await NextLineAsync())!)!;

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
