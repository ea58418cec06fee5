using Coordination.Raft;

namespace Coordination.Transport;

/// <summary>
/// What a member does with what its peers send, and with the news of what they did not get. Called by many threads at once; messages of
/// one peer come one after the other, in the order in which it sent them.
/// </summary>
public interface IPeerReceiver
{
    /// <summary>
    /// Takes a message. Neither throws nor waits long: until it returns nothing more of the stream is read, and the sender's queue fills.
    /// The data of entries are slices of the batch that the message came in.
    /// </summary>
    /// <param name="sender">The member that sent it.</param>
    /// <param name="partition">The partition that it belongs to; perhaps one that is unknown here.</param>
    /// <param name="message">The message; perhaps for a replica that is unknown here.</param>
    void Receive(MemberId sender, PartitionId partition, Message message);

    /// <summary>
    /// Messages of a partition to a peer were lost, or may have been: the core is to be told that its replica there is unreachable. Says
    /// so once for many messages, some time after the loss, on a thread of the pool; the last time perhaps shortly after the network was
    /// disposed. Must not throw.
    /// </summary>
    void Lost(PartitionId partition, MemberId peer);

    /// <summary>
    /// A peer cannot be reached: its connection broke, or was not made, or a ping was not answered. Said again after every further attempt
    /// that fails, by the loop of the peer's link. Neither throws nor waits.
    /// </summary>
    /// <param name="peer">The peer.</param>
    /// <param name="isRefused">
    /// Whether the peer's machine answers at all of its addresses that nobody listens there: then the peer's process is not running.
    /// </param>
    void Unreachable(MemberId peer, bool isRefused);

    /// <summary>
    /// Answers a request that a peer forwarded. What it throws ends the stream, and with it all requests of that peer that are under way.
    /// </summary>
    /// <param name="sender">The member that forwarded it.</param>
    /// <param name="request">The request. Its payload stays valid.</param>
    /// <param name="cancellation">
    /// Nobody waits for the answer any more. The task has to end soon: the end of the stream waits for it.
    /// </param>
    ValueTask<ForwardAnswer> AnswerAsync(MemberId sender, ForwardRequest request, CancellationToken cancellation);

    /// <summary>
    /// A peer offers a snapshot. Returns what takes its bytes, or null when it is not wanted, because a newer one is here already, for
    /// example. May be called while an earlier transfer of the same snapshot has not noticed its end yet.
    /// </summary>
    ValueTask<IIncomingSnapshot?> OpenSnapshotAsync(MemberId sender, SnapshotOffer offer, CancellationToken cancellation);
}
