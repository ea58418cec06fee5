using System.Threading.Channels;
using Coordination.Raft;

namespace Coordination.Transport.Tests;

/// <summary>An engine that keeps what it is told, for tests to wait for.</summary>
internal sealed class RecordingReceiver : IPeerReceiver
{
    private readonly Channel<(MemberId Sender, PartitionId Partition, Message Message)> _received =
        Channel.CreateUnbounded<(MemberId, PartitionId, Message)>();

    private readonly Channel<(PartitionId Partition, MemberId Peer)> _lost = Channel.CreateUnbounded<(PartitionId, MemberId)>();

    private readonly Channel<(MemberId Peer, bool IsRefused)> _unreachable = Channel.CreateUnbounded<(MemberId, bool)>();

    /// <summary>Set while messages are to be taken; a receiver that is closed does not read.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Completes when a message was about to be taken while the gate was closed.</summary>
    public TaskCompletionSource Blocked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<ForwardRequest, CancellationToken, ValueTask<ForwardAnswer>> Answer { get; set; } =
        static (request, _) => ValueTask.FromResult(new ForwardAnswer(0, request.Payload));

    public Func<SnapshotOffer, IIncomingSnapshot?> OpenSnapshot { get; set; } = static _ => null;

    public void Receive(MemberId sender, PartitionId partition, Message message)
    {
        if (!Gate.IsSet)
        {
            Blocked.TrySetResult();
            Gate.Wait(Patience.Limit);
        }

        _received.Writer.TryWrite((sender, partition, message));
    }

    public void Lost(PartitionId partition, MemberId peer) => _lost.Writer.TryWrite((partition, peer));

    public void Unreachable(MemberId peer, bool isRefused) => _unreachable.Writer.TryWrite((peer, isRefused));

    public ValueTask<ForwardAnswer> AnswerAsync(MemberId sender, ForwardRequest request, CancellationToken cancellation) =>
        Answer(request, cancellation);

    public ValueTask<IIncomingSnapshot?> OpenSnapshotAsync(
        MemberId sender, SnapshotOffer offer, CancellationToken cancellation) => ValueTask.FromResult(OpenSnapshot(offer));

    public Task<(MemberId Sender, PartitionId Partition, Message Message)> NextAsync() => _received.Reader.ReadAsync().AsTask().InTime();

    public Task<(PartitionId Partition, MemberId Peer)> NextLossAsync() => _lost.Reader.ReadAsync().AsTask().InTime();

    public Task<(MemberId Peer, bool IsRefused)> NextUnreachableAsync() => _unreachable.Reader.ReadAsync().AsTask().InTime();

    /// <summary>Skips messages up to the first that a test wants.</summary>
    public async Task<Message> NextAsync(Func<Message, bool> isWanted)
    {
        while (true)
        {
            var (_, _, message) = await NextAsync();
            if (isWanted(message))
            {
                return message;
            }
        }
    }
}
