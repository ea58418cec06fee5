namespace Coordination.Proxy;

/// <summary>
/// One try of a request: what stands for the client's own cancellation while it lasts, so that it can be given up without the client. Its
/// time ends with the first byte of the response. One request.
/// </summary>
internal sealed class Attempt : IDisposable
{
    private readonly HttpContext _context;
    private readonly CancellationToken _client;
    private readonly CancellationTokenSource _limit;

    private Attempt(HttpContext context, TimeSpan timeMax, TimeProvider time)
    {
        _context = context;
        _client = context.RequestAborted;
        _limit = new CancellationTokenSource(timeMax, time);
        Linked = CancellationTokenSource.CreateLinkedTokenSource(_client, _limit.Token);
        context.RequestAborted = Linked.Token;
        context.Response.OnStarting(StopLimitAsync, this);
    }

    /// <summary>Whether the try was given up because its time was over.</summary>
    public bool IsTimedOut => _limit.IsCancellationRequested && !_client.IsCancellationRequested;

    private CancellationTokenSource Linked { get; }

    /// <summary>Begins a try that may take so long until the response begins; null for one without limit.</summary>
    public static Attempt? Begin(HttpContext context, TimeSpan timeMax, TimeProvider time) =>
        timeMax == Timeout.InfiniteTimeSpan ? null : new Attempt(context, timeMax, time);

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.RequestAborted = _client;
        Linked.Dispose();
        _limit.Dispose();
    }

    private static Task StopLimitAsync(object state)
    {
        var attempt = (Attempt)state;
        try
        {
            attempt._limit.CancelAfter(Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // This try is over; the response is that of a later one, or of the proxy.
        }

        return Task.CompletedTask;
    }
}
