using Coordination.Raft;
using Microsoft.Extensions.Logging;

namespace Coordination.Transport;

/// <summary>
/// The way to one peer. Owns the queue of messages to it and the loop that keeps a connection up: connecting, encoding and sending happen
/// there. Everything else may be called by any thread.
/// </summary>
/// <remarks>
/// While the peer cannot be reached, each failed attempt drops what has gathered since the one before: the core repeats what matters,
/// and what it said a second ago no longer does.
/// </remarks>
internal sealed class PeerLink : IAsyncDisposable
{
    private readonly PeerTransportOptions _options;
    private readonly IPeerReceiver _receiver;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly SendQueue _queue;
    private readonly MessageSender _sender;
    private readonly LossReporter _losses;
    private readonly Forwarder _forwarder;
    private readonly Reconnection _reconnection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile LinkState _state = new(null, null, null);
    private long _connectedAt;
    private int _refusals;

    public PeerLink(
        MemberId peer,
        IReadOnlyList<Uri> urls,
        PeerTransportOptions options,
        IPeerReceiver receiver,
        ILogger logger,
        TimeProvider time)
    {
        Peer = peer;
        Urls = urls;
        _options = options;
        _receiver = receiver;
        _logger = logger;
        _time = time;
        _queue = new SendQueue(options.QueueBytesMax);
        _sender = new MessageSender(_queue, Counters, options.BatchBytesMax);
        _losses = new LossReporter(peer, receiver);
        _forwarder = new Forwarder(options);
        _reconnection = new Reconnection(options.ReconnectDelay, options.ReconnectDelayMax, time);
        _running = Task.Run(RunAsync);
    }

    public MemberId Peer { get; }

    public IReadOnlyList<Uri> Urls { get; }

    public PeerCounters Counters { get; } = new();

    /// <summary>Queues a message. When there is no room it is lost, and reported.</summary>
    public void Send(PartitionId partition, Message message)
    {
        if (!_queue.TryAdd(partition, message))
        {
            Counters.Dropped();
            _losses.Add(partition);
        }
    }

    /// <summary>Hands a request to the peer.</summary>
    public Task<ForwardResult> ForwardAsync(ForwardRequest request, CancellationToken cancellation) =>
        _forwarder.SendAsync(request, cancellation);

    /// <summary>Sends a snapshot on a connection of its own.</summary>
    public async Task<SnapshotResult> SendSnapshotAsync(
        SnapshotOffer offer, ISnapshotSource source, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        return await new SnapshotSender(_options, Peer, Urls, _time).SendAsync(offer, source, ending.Token).ConfigureAwait(false);
    }

    /// <summary>The peer has connected to this member, so it is alive.</summary>
    public void OnPeerConnected() => _reconnection.Wake();

    public PeerStatus GetStatus()
    {
        var state = _state;
        return new PeerStatus
        {
            Peer = Peer,
            Urls = Urls,
            ConnectedSince = state.ConnectedSince,
            LastError = state.LastError,
            MessagesSent = Counters.MessagesSent,
            BytesSent = Counters.BytesSent,
            BatchesSent = Counters.BatchesSent,
            MessagesReceived = Counters.MessagesReceived,
            BytesReceived = Counters.BytesReceived,
            MessagesDropped = Counters.MessagesDropped,
            QueuedBytes = _queue.Bytes,
            ForwardsPending = _forwarder.Pending,
        };
    }

    /// <summary>Ends the connection. What was not sent is lost, and reported.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        for (int attempt = 0; !_stop.IsCancellationRequested; attempt++)
        {
            _reconnection.Attempting();
            var failure = await ConnectAndServeAsync(Urls[attempt % Urls.Count]).ConfigureAwait(false);
            if (!_stop.IsCancellationRequested)
            {
                Failed(failure);
                await _reconnection.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _sender.ReportUnconfirmed(_losses);
        _sender.DropQueued(_losses);
        _state = _state with { ConnectedSince = null };
    }

    private async Task<Exception> ConnectAndServeAsync(Uri url)
    {
        try
        {
            using var session = await PeerSession.OpenAsync(_options, Peer, url, _time, _stop.Token).ConfigureAwait(false);
            Connected(url);
            await session.RunAsync(_sender, _forwarder).ConfigureAwait(false);
            return new IOException("The peer ended the connection.");
        }
        catch (Exception failure)
        {
            // Whatever it was ends this connection and nothing else: losses are reported, the reason is shown, and the loop goes on.
            return failure;
        }
    }

    private void Connected(Uri url)
    {
        _connectedAt = _time.GetTimestamp();
        _state = new LinkState(_time.GetUtcNow(), _state.LastError, IsReachable: true);
        PeerLog.Reachable(_logger, Peer, url);
    }

    private void Failed(Exception failure)
    {
        var before = _state;
        string reason = PeerFailure.Describe(failure);
        _state = new LinkState(null, reason, IsReachable: false);
        if (before.IsReachable != false)
        {
            PeerLog.Unreachable(_logger, Peer, reason);
        }

        if (before.ConnectedSince is null)
        {
            _sender.DropQueued(_losses);
        }
        else if (_time.GetElapsedTime(_connectedAt) >= _options.ReconnectDelayMax)
        {
            // One that breaks as soon as it is up counts as a failed attempt.
            _reconnection.Succeeded();
        }

        _sender.ReportUnconfirmed(_losses);
        _refusals = PeerFailure.IsRefusal(failure) ? _refusals + 1 : 0;
        _receiver.Unreachable(Peer, isRefused: _refusals >= Urls.Count);
    }

    /// <summary>What the loop knows of the connection. <paramref name="IsReachable"/> is null until the first attempt has ended.</summary>
    private sealed record LinkState(DateTimeOffset? ConnectedSince, string? LastError, bool? IsReachable);
}
