using Coordination.Raft;
using Coordination.Transport;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>
/// Joins the replicas of a host to the members' network: what replicas send goes out, what comes in goes to the replica it is for. Any
/// thread.
/// </summary>
public sealed class PeerReplicas : IReplicaNetwork, IPeerReceiver, IAsyncDisposable
{
    private readonly PeerNetwork _network;
    private readonly IncomingSnapshots _incoming;
    private volatile PartitionHost? _host;
    private volatile IPartitionCalls? _calls;

    /// <summary>Creates the network of a member, without peers and without replicas yet.</summary>
    /// <param name="options">Who this member is.</param>
    /// <param name="loggers">Where to write.</param>
    /// <param name="time">The clock of the network.</param>
    public PeerReplicas(PeerTransportOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        _network = new PeerNetwork(options, this, loggers, time);
        _incoming = new IncomingSnapshots();
    }

    /// <summary>The network, to be served on the peer port and told of peers.</summary>
    public PeerNetwork Network => _network;

    /// <summary>From now on what comes in goes to this host's replicas. Until then it is lost, as it may be.</summary>
    public void Attach(PartitionHost host) => _host = host;

    /// <summary>From now on calls of other members are answered. Until then they are not taken.</summary>
    public void Answer(IPartitionCalls calls) => _calls = calls;

    /// <summary>Asks another member about a partition of which it has a replica (<see cref="IPartitionCalls"/>).</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; whether anything was done is unknown.</exception>
    public async Task<PartitionCallResult> CallAsync(
        ulong member, uint partition, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var forward = new ForwardRequest(new PartitionId(partition), ForwardCodec.Call, request);
        var result = await _network.ForwardAsync(new MemberId(member), forward, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { Outcome: ForwardOutcome.Answered, Answer.Failure: 0 } =>
                new PartitionCallResult(PartitionCallEnd.Answered, result.Answer.Payload),
            { Outcome: ForwardOutcome.Unknown } => new PartitionCallResult(PartitionCallEnd.Unknown, default),
            _ => new PartitionCallResult(PartitionCallEnd.NotTaken, default),
        };
    }

    /// <inheritdoc/>
    public void Send(PartitionId partition, Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _network.Send(new MemberId(message.To.Value), partition, message);
    }

    /// <inheritdoc/>
    public async Task<ForwardPosition> ForwardAsync(
        ReplicaId leader, PartitionId partition, IReadOnlyList<ReadOnlyMemory<byte>> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var request = new ForwardRequest(partition, ForwardCodec.Commands, ForwardCodec.Encode(commands));
        var result = await _network.ForwardAsync(new MemberId(leader.Value), request, CancellationToken.None).ConfigureAwait(false);
        return ForwardCodec.DecodeAnswer(result, commands.Count);
    }

    /// <inheritdoc/>
    public async Task<LeaseAnswer> AskAsync(ReplicaId leader, PartitionId partition, LeaseQuestion question)
    {
        var request = new ForwardRequest(partition, (byte)question.Kind, LeaseCodec.Encode(question));
        return LeaseCodec.Decode(
            await _network.ForwardAsync(new MemberId(leader.Value), request, CancellationToken.None).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task<bool> SendSnapshotAsync(PartitionId partition, InstallSnapshot message, string directory)
    {
        ArgumentNullException.ThrowIfNull(message);
        try
        {
            using var source = SnapshotSource.Open(directory);
            var offer = new SnapshotOffer(partition, message, source.TotalBytes, Guid.NewGuid().ToByteArray());
            var result = await _network.SendSnapshotAsync(new MemberId(message.To.Value), offer, source, CancellationToken.None)
                .ConfigureAwait(false);
            return result.Outcome == SnapshotOutcome.Delivered;
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The leader tries again, with another copy if need be.
            return false;
        }
    }

    /// <inheritdoc/>
    public void Receive(MemberId sender, PartitionId partition, Message message) => _host?.Receive(partition, message);

    /// <inheritdoc/>
    public void Lost(PartitionId partition, MemberId peer) => _host?.Lost(partition, new ReplicaId(peer.Value));

    /// <inheritdoc/>
    public void Unreachable(MemberId peer, bool isRefused) => _host?.Unreachable(new ReplicaId(peer.Value), isRefused);

    /// <inheritdoc/>
    public async ValueTask<ForwardAnswer> AnswerAsync(MemberId sender, ForwardRequest request, CancellationToken cancellation)
    {
        if (LeaseCodec.Find(request) is { } question)
        {
            return new ForwardAnswer(0, LeaseCodec.Encode(_host is { } asked
                ? await asked.AnswerAsync(request.Partition, question).ConfigureAwait(false)
                : default(LeaseAnswer) with { End = ReadEnd.TimedOut }));
        }

        if (request.Kind == ForwardCodec.Call)
        {
            if (_calls is not { } calls)
            {
                return new ForwardAnswer(ForwardCodec.NotReady, default);
            }

            var answer = await calls.AnswerAsync(request.Partition.Value, request.Payload, cancellation).ConfigureAwait(false);
            return new ForwardAnswer(0, answer);
        }

        if (request.Kind != ForwardCodec.Commands || ForwardCodec.DecodeCommands(request.Payload) is not { } commands)
        {
            return new ForwardAnswer(ForwardCodec.NotUnderstood, default);
        }

        var position = _host is { } host
            ? await host.AcceptAsync(request.Partition, commands).ConfigureAwait(false)
            : default;
        return new ForwardAnswer(0, ForwardCodec.Encode(position));
    }

    /// <inheritdoc/>
    public ValueTask<IIncomingSnapshot?> OpenSnapshotAsync(MemberId sender, SnapshotOffer offer, CancellationToken cancellation) =>
        ValueTask.FromResult<IIncomingSnapshot?>(_host is { } host ? _incoming.Open(host, offer) : null);

    /// <summary>Ends the network.</summary>
    public ValueTask DisposeAsync() => _network.DisposeAsync();
}
