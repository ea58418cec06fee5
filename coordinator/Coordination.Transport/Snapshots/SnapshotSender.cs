using System.Buffers;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Transport;

/// <summary>
/// Sends one snapshot to one peer. Each attempt has a connection of its own, so that its bytes never stand before a heartbeat, and goes on
/// where the receiver says. Gives up when attempts in a row broke without getting further.
/// </summary>
internal sealed class SnapshotSender(PeerTransportOptions options, MemberId peer, IReadOnlyList<Uri> urls, TimeProvider time)
{
    private long _reached = -1;
    private bool _isFurther;

    public async Task<SnapshotResult> SendAsync(SnapshotOffer offer, ISnapshotSource source, CancellationToken cancellation)
    {
        var reconnection = new Reconnection(options.ReconnectDelay, options.ReconnectDelayMax, time);
        int breaks = 0;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await AttemptAsync(urls[attempt % urls.Count], offer, source, cancellation).ConfigureAwait(false);
            }
            catch (RpcException broken) when (!cancellation.IsCancellationRequested)
            {
                breaks = _isFurther ? 1 : breaks + 1;
                _isFurther = false;
                if (breaks >= options.SnapshotBreaksMax || broken.StatusCode == StatusCode.FailedPrecondition)
                {
                    return new SnapshotResult(SnapshotOutcome.Failed, PeerFailure.Describe(broken));
                }
            }
            catch (RpcException canceled)
            {
                throw new OperationCanceledException(canceled.Message, canceled, cancellation);
            }

            await reconnection.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task<SnapshotResult> AttemptAsync(
        Uri url, SnapshotOffer offer, ISnapshotSource source, CancellationToken cancellation)
    {
        using var channel = PeerChannels.Open(options, url);
        using var call = new PeerTransport.PeerTransportClient(channel)
            .SendSnapshot(Handshake.Greet(options, peer), cancellationToken: cancellation);
        await WriteAsync(call.RequestStream, new SnapshotPart { Header = Describe(offer) }, cancellation).ConfigureAwait(false);
        var answer = await ReadAsync(call.ResponseStream, cancellation).ConfigureAwait(false);
        if (answer.AnswerCase == SnapshotAnswer.AnswerOneofCase.Refusal)
        {
            return new SnapshotResult(SnapshotOutcome.Refused, answer.Refusal);
        }

        if (answer.AnswerCase != SnapshotAnswer.AnswerOneofCase.ResumeAt || answer.ResumeAt > (ulong)offer.TotalBytes)
        {
            throw Unexpected(answer);
        }

        long resumeAt = (long)answer.ResumeAt;
        _isFurther = resumeAt > _reached;
        _reached = Math.Max(_reached, resumeAt);
        await SendChunksAsync(call.RequestStream, resumeAt, offer.TotalBytes, source, cancellation).ConfigureAwait(false);
        answer = await ReadAsync(call.ResponseStream, cancellation).ConfigureAwait(false);
        return answer.AnswerCase == SnapshotAnswer.AnswerOneofCase.Complete && answer.Complete == (ulong)offer.TotalBytes
            ? SnapshotResult.Delivered
            : throw Unexpected(answer);
    }

    private async Task SendChunksAsync(
        IClientStreamWriter<SnapshotPart> stream, long offset, long total, ISnapshotSource source, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(options.SnapshotChunkBytes);
        try
        {
            while (offset < total)
            {
                var data = buffer.AsMemory(0, (int)Math.Min(options.SnapshotChunkBytes, total - offset));
                await source.ReadAsync(offset, data, cancellation).ConfigureAwait(false);
                var chunk = new SnapshotChunk
                {
                    Offset = (ulong)offset,
                    Data = UnsafeByteOperations.UnsafeWrap(data),
                    Crc32C = Crc32C.Compute(data.Span),
                };
                await WriteAsync(stream, new SnapshotPart { Chunk = chunk }, cancellation).ConfigureAwait(false);
                offset += data.Length;
            }

            await stream.CompleteAsync().ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A connection that breaks under a write shows in several ways; the failures of the source are told apart from it.</summary>
    private static async Task WriteAsync(
        IClientStreamWriter<SnapshotPart> stream, SnapshotPart part, CancellationToken cancellation)
    {
        try
        {
            await stream.WriteAsync(part, cancellation).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or InvalidOperationException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, broken.Message, broken));
        }
    }

    private static SnapshotHeader Describe(SnapshotOffer offer)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessageBatchWriter(bytes);
        writer.Begin();
        writer.Write(offer.Partition, offer.Announcement);
        return new SnapshotHeader
        {
            Announcement = new MessageBatch
            {
                Messages = UnsafeByteOperations.UnsafeWrap(bytes.WrittenMemory),
                Crc32C = Crc32C.Compute(bytes.WrittenSpan),
            },
            TotalBytes = (ulong)offer.TotalBytes,
            Identity = UnsafeByteOperations.UnsafeWrap(offer.Identity),
        };
    }

    private static async Task<SnapshotAnswer> ReadAsync(IAsyncStreamReader<SnapshotAnswer> stream, CancellationToken cancellation) =>
        await stream.MoveNext(cancellation).ConfigureAwait(false)
            ? stream.Current
            : throw new RpcException(new Status(StatusCode.Internal, "The receiver of a snapshot ended the stream without an answer."));

    private static RpcException Unexpected(SnapshotAnswer answer) =>
        new(new Status(StatusCode.Internal, $"The receiver of a snapshot gave an answer that fits no question: {answer}."));
}
