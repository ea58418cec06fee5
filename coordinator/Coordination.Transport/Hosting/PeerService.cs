using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Coordination.Transport;

/// <summary>
/// The receiving side of the peer port. Every call begins with the handshake and ends at the latest when the <see cref="PeerNetwork"/>
/// does.
/// </summary>
internal sealed class PeerService(PeerNetwork network, ILogger<PeerService> logger) : PeerTransport.PeerTransportBase
{
    private readonly InboundStreams _messages = new();
    private readonly InboundStreams _forwards = new();

    public override async Task<MessagesEnd> Messages(IAsyncStreamReader<MessageBatch> requestStream, ServerCallContext context)
    {
        await ServeAsync(context, (sender, ending) => _messages.ServeAsync(
            sender,
            cancellation => MessageReception.RunAsync(
                network.Receiver, sender, network.FindCounters(sender), requestStream, cancellation),
            ending)).ConfigureAwait(false);
        return new MessagesEnd();
    }

    public override Task Forward(
        IAsyncStreamReader<RequestBatch> requestStream, IServerStreamWriter<AnswerBatch> responseStream, ServerCallContext context) =>
        ServeAsync(context, (sender, ending) => _forwards.ServeAsync(
            sender,
            async cancellation =>
            {
                using var reception = new ForwardReception(network.Receiver, sender, network.Options.ForwardedWorkMax);
                await reception.RunAsync(requestStream, responseStream, cancellation).ConfigureAwait(false);
            },
            ending));

    public override Task SendSnapshot(
        IAsyncStreamReader<SnapshotPart> requestStream, IServerStreamWriter<SnapshotAnswer> responseStream, ServerCallContext context) =>
        ServeAsync(context, (sender, cancellation) => SnapshotReception.RunAsync(
            network.Receiver, sender, requestStream, responseStream, cancellation));

    private async Task ServeAsync(ServerCallContext context, Func<MemberId, CancellationToken, Task> serve)
    {
        var sender = Handshake.Check(network.Options, context.RequestHeaders);
        await context.WriteResponseHeadersAsync(Handshake.Welcome(network.Options)).ConfigureAwait(false);
        network.OnPeerConnected(sender);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, network.Stopping);
        try
        {
            await serve(sender, ending.Token).ConfigureAwait(false);
        }
        catch (FormatException unreadable)
        {
            PeerLog.Unreadable(logger, sender, unreadable.Message);
            throw new RpcException(new Status(StatusCode.DataLoss, unreadable.Message));
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // The peer is gone, or this side ended the stream; or the receiver could not write to its disk, and the peer is told of it.
            string reason = network.Stopping.IsCancellationRequested ? "it is stopping" : ended.Message;
            throw new RpcException(new Status(StatusCode.Unavailable, $"Member {network.Options.Member} ended the stream: {reason}"));
        }
    }
}
