using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// A stream of messages as an answer of plain HTTP: JSON, a line each; or server-sent events, if the client accepts them. Each is sent at
/// once. Of one request; its parts come one at a time, from any thread.
/// </summary>
internal sealed class JsonStream<T> : IServerStreamWriter<T>, IDisposable
    where T : class, IMessage<T>
{
    private const string EventStream = "text/event-stream";

    private readonly HttpContext _http;
    private readonly bool _isEvents;
    private readonly SemaphoreSlim _turn = new(1);

    public JsonStream(HttpContext http)
    {
        _http = http;
        _isEvents = http.Request.Headers.Accept.Any(
            static accepted => accepted?.Contains(EventStream, StringComparison.OrdinalIgnoreCase) == true);
        http.Response.ContentType = _isEvents ? EventStream : "application/x-ndjson";
        http.Response.Headers.CacheControl = "no-store";
    }

    /// <inheritdoc/>
    public WriteOptions? WriteOptions { get; set; }

    /// <inheritdoc/>
    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    /// <inheritdoc/>
    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        string json = JsonCall.Format(message);
        return SendAsync(_isEvents ? $"data: {json}\n\n" : json + "\n", cancellationToken);
    }

    /// <summary>Says that there will be messages.</summary>
    public Task BeginAsync() => SendAsync(string.Empty, _http.RequestAborted);

    /// <summary>Says, as the last message, why there will be no more.</summary>
    public Task EndAsync(Status refusal)
    {
        string json = $$"""{"error":{{JsonCall.Format(refusal)}}}""";
        return SendAsync(_isEvents ? $"event: error\ndata: {json}\n\n" : json + "\n", CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _http.Response.WriteAsync(text, cancellationToken).ConfigureAwait(false);
            await _http.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
