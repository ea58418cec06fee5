using System.Collections.Concurrent;
using Coordination.Raft;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Coordination.Transport;

/// <summary>
/// The ways to all peers of a member, one link each. Owned by the node; any thread may call anything. Peers come, change and go at run
/// time. What arrives goes to the <see cref="IPeerReceiver"/>, by way of the service that <see cref="PeerTransportHosting"/> maps.
/// </summary>
public sealed class PeerNetwork : IAsyncDisposable
{
    private readonly ConcurrentDictionary<MemberId, PeerLink> _links = [];
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    /// <summary>Creates a network without peers.</summary>
    /// <param name="options">Who this member is, and limits.</param>
    /// <param name="receiver">Takes what peers send.</param>
    /// <param name="loggers">Where changes of reachability are written to.</param>
    /// <param name="time">The clock of pauses and time limits.</param>
    /// <exception cref="ArgumentException">The options cannot work.</exception>
    public PeerNetwork(PeerTransportOptions options, IPeerReceiver receiver, ILoggerFactory loggers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        Options = options;
        Receiver = receiver;
        Stopping = _stop.Token;
        _logger = loggers.CreateLogger<PeerNetwork>();
        _time = time;
    }

    internal PeerTransportOptions Options { get; }

    internal IPeerReceiver Receiver { get; }

    /// <summary>Ends what peers have open here.</summary>
    internal CancellationToken Stopping { get; }

    /// <summary>The metadata of a call to a member that goes past the links.</summary>
    public Metadata Greet(MemberId to) => Handshake.Greet(Options, to);

    /// <summary>Finds out which member makes a call that goes past the links.</summary>
    /// <exception cref="RpcException">The call is not for this member, or from none that it could talk to.</exception>
    public MemberId Check(Metadata metadata) => Handshake.Check(Options, metadata);

    /// <summary>A channel for many calls at a time, beside the links; the caller disposes of it.</summary>
    public GrpcChannel OpenChannel(Uri url) => PeerChannels.OpenShared(Options, url);

    /// <summary>
    /// Adds a peer, or changes its URLs; they are tried in turn. A change ends the connection to the peer, and what was on it is reported
    /// as lost.
    /// </summary>
    /// <exception cref="ArgumentException">There is no URL, or the peer is this member.</exception>
    /// <exception cref="ObjectDisposedException">The network is stopping.</exception>
    public async ValueTask SetAsync(MemberId peer, IReadOnlyList<Uri> urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        if (!peer.IsSome || peer == Options.Member || urls.Count == 0)
        {
            throw new ArgumentException($"Member {Options.Member} needs at least one URL, and another member than itself, as a peer.");
        }

        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(Stopping.IsCancellationRequested, this);
            if (_links.TryGetValue(peer, out var link))
            {
                if (link.Urls.SequenceEqual(urls))
                {
                    return;
                }

                await link.DisposeAsync().ConfigureAwait(false);
            }

            _links[peer] = new PeerLink(peer, [.. urls], Options, Receiver, _logger, _time);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Removes a peer and ends the connection to it. Does nothing when there is none.</summary>
    public async ValueTask RemoveAsync(MemberId peer)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_links.TryRemove(peer, out var link))
            {
                await link.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Queues a message to a peer. Never blocks and never throws; a message that cannot be sent is lost, and
    /// <see cref="IPeerReceiver.Lost"/> says so, except for a member that is no peer.
    /// </summary>
    public void Send(MemberId peer, PartitionId partition, Message message)
    {
        if (_links.TryGetValue(peer, out var link))
        {
            link.Send(partition, message);
        }
    }

    /// <summary>
    /// Hands a request to a peer and waits for its answer, without a limit of its own. There is no repetition: the outcome says whether
    /// the peer may have seen the request.
    /// </summary>
    /// <param name="peer">The member that is to answer.</param>
    /// <param name="request">The request; its payload must not change until this completes.</param>
    /// <param name="cancellation">Stops waiting. The request may be carried out all the same.</param>
    /// <exception cref="OperationCanceledException">The caller stopped waiting.</exception>
    public Task<ForwardResult> ForwardAsync(MemberId peer, ForwardRequest request, CancellationToken cancellation) =>
        _links.TryGetValue(peer, out var link)
            ? link.ForwardAsync(request, cancellation)
            : Task.FromResult(ForwardResult.NotSent);

    /// <summary>
    /// Sends a snapshot to a peer on a connection of its own, going on after breaks as long as that gets further. The outcomes are values;
    /// what <paramref name="source"/> throws is thrown.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up, or the peer was removed.</exception>
    public Task<SnapshotResult> SendSnapshotAsync(
        MemberId peer, SnapshotOffer offer, ISnapshotSource source, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(source);
        return _links.TryGetValue(peer, out var link)
            ? link.SendSnapshotAsync(offer, source, cancellation)
            : Task.FromResult(new SnapshotResult(SnapshotOutcome.Failed, $"Member {peer} is no peer."));
    }

    /// <summary>What is known of every peer, ordered by id.</summary>
    public IReadOnlyList<PeerStatus> GetStatus() =>
        [.. _links.Values.OrderBy(static link => link.Peer.Value).Select(static link => link.GetStatus())];

    /// <summary>Ends all connections, in both directions.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_links.Values.Select(static link => link.DisposeAsync().AsTask())).ConfigureAwait(false);
            _links.Clear();
        }
        finally
        {
            _changing.Release();
        }
    }

    internal PeerCounters? FindCounters(MemberId peer) => _links.TryGetValue(peer, out var link) ? link.Counters : null;

    internal void OnPeerConnected(MemberId peer)
    {
        if (_links.TryGetValue(peer, out var link))
        {
            link.OnPeerConnected();
        }
    }
}
