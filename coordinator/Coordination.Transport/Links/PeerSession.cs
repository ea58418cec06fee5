using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Transport;

/// <summary>
/// One connection to a peer, from the handshake on: the stream of messages and the stream of forwarded requests. Both end together.
/// Owned by the link's loop.
/// </summary>
internal sealed class PeerSession : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly PeerTransport.PeerTransportClient _client;
    private readonly Metadata _greeting;
    private readonly CancellationTokenSource _ending;
    private readonly AsyncClientStreamingCall<MessageBatch, MessagesEnd> _messages;

    private PeerSession(PeerTransportOptions options, MemberId peer, Uri url, CancellationToken stopping)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _channel = PeerChannels.Open(options, url);
        _client = new PeerTransport.PeerTransportClient(_channel);
        _greeting = Handshake.Greet(options, peer);
        _messages = _client.Messages(_greeting, cancellationToken: _ending.Token);
    }

    /// <summary>Connects, and waits until the peer has accepted.</summary>
    /// <exception cref="RpcException">The peer cannot be reached, or refuses.</exception>
    /// <exception cref="TimeoutException">Nobody answers.</exception>
    /// <exception cref="IOException">What answers is no member.</exception>
    public static async Task<PeerSession> OpenAsync(
        PeerTransportOptions options, MemberId peer, Uri url, TimeProvider time, CancellationToken stopping)
    {
        var session = new PeerSession(options, peer, url, stopping);
        try
        {
            await session.HandshakeAsync(options.HandshakeTimeout, time, stopping).ConfigureAwait(false);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Carries messages and requests until either stream ends.</summary>
    public Task RunAsync(MessageSender sender, Forwarder forwarder) => Parts.UntilFirstEndsAsync(
        _ending,
        sender.RunAsync(_messages.RequestStream, _ending.Token),
        forwarder.RunAsync(_client, _greeting, _ending.Token),
        _messages.ResponseAsync);

    public void Dispose()
    {
        _messages.Dispose();
        _channel.Dispose();
        _ending.Dispose();
    }

    private async Task HandshakeAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            var headers = await _messages.ResponseHeadersAsync.WaitAsync(timeout, time, cancellation).ConfigureAwait(false);
            if (headers.GetValue(Handshake.AnsweredBy) is null)
            {
                // A refusal is a response that has only a status.
                await _messages.ResponseAsync.WaitAsync(timeout, time, cancellation).ConfigureAwait(false);
                throw new IOException("What answers there is no member of a cluster.");
            }
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"There was no answer within {timeout.TotalSeconds} s.", late);
        }
    }
}
