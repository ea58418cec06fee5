using Grpc.Core;

namespace Coordination.Transport;

/// <summary>
/// Hands requests to a peer while there is a connection. Requests do not wait for one: whoever forwards may know another way, or a later
/// leader. Thread-safe; <see cref="RunAsync"/> belongs to the link's loop.
/// </summary>
internal sealed class Forwarder(PeerTransportOptions options)
{
    private volatile ForwardSession? _session;

    /// <summary>Requests that wait for an answer.</summary>
    public int Pending => _session?.Pending ?? 0;

    public Task<ForwardResult> SendAsync(ForwardRequest request, CancellationToken cancellation) =>
        _session is { } session ? session.SendAsync(request, cancellation) : Task.FromResult(ForwardResult.NotSent);

    /// <summary>Carries requests and answers until the stream ends; all that are under way end with it.</summary>
    public async Task RunAsync(PeerTransport.PeerTransportClient client, Metadata greeting, CancellationToken cancellation)
    {
        using var call = client.Forward(greeting, cancellationToken: cancellation);
        var session = new ForwardSession(options);
        _session = session;
        try
        {
            await session.RunAsync(call, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _session = null;
            session.End();
        }
    }
}
