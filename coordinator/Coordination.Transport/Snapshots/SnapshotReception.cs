using Coordination.Raft;
using Grpc.Core;

namespace Coordination.Transport;

/// <summary>
/// Takes one transfer of a snapshot from a peer: checks the header and every chunk, and passes on bytes that are right, in order and
/// without gaps. Nothing is held but one chunk.
/// </summary>
internal static class SnapshotReception
{
    /// <summary>The largest chunk that is taken, in bytes.</summary>
    public const int ChunkBytesMax = 256 * 1024;

    /// <exception cref="FormatException">The peer sent what is no snapshot.</exception>
    public static async Task RunAsync(
        IPeerReceiver receiver,
        MemberId sender,
        IAsyncStreamReader<SnapshotPart> parts,
        IServerStreamWriter<SnapshotAnswer> answers,
        CancellationToken cancellation)
    {
        bool hasHeader = await parts.MoveNext(cancellation).ConfigureAwait(false);
        var offer = ReadHeader(hasHeader ? parts.Current.Header : null);
        var incoming = await receiver.OpenSnapshotAsync(sender, offer, cancellation).ConfigureAwait(false);
        if (incoming is null)
        {
            var index = offer.Announcement.Snapshot.Index;
            string refusal = $"The receiver does not want a snapshot of partition {offer.Partition} at {index}.";
            await answers.WriteAsync(new SnapshotAnswer { Refusal = refusal }, cancellation).ConfigureAwait(false);
            return;
        }

        await using (incoming.ConfigureAwait(false))
        {
            long offset = incoming.ResumeAt;
            Invariant.Check(
                offset >= 0 && offset <= offer.TotalBytes,
                $"A snapshot of {offer.TotalBytes} bytes cannot be resumed at {offset}.");
            await answers.WriteAsync(new SnapshotAnswer { ResumeAt = (ulong)offset }, cancellation).ConfigureAwait(false);
            await TakeChunksAsync(incoming, parts, offset, offer.TotalBytes, cancellation).ConfigureAwait(false);
            await incoming.CompleteAsync(cancellation).ConfigureAwait(false);
            await answers.WriteAsync(new SnapshotAnswer { Complete = (ulong)offer.TotalBytes }, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task TakeChunksAsync(
        IIncomingSnapshot incoming,
        IAsyncStreamReader<SnapshotPart> parts,
        long offset,
        long total,
        CancellationToken cancellation)
    {
        while (await parts.MoveNext(cancellation).ConfigureAwait(false))
        {
            var chunk = parts.Current.Chunk ?? throw new FormatException("A part of a snapshot is no chunk.");
            var data = chunk.Data.Memory;
            if (chunk.Offset != (ulong)offset || data.Length is 0 or > ChunkBytesMax || data.Length > total - offset)
            {
                throw new FormatException(
                    $"A chunk of {data.Length} bytes at {chunk.Offset} does not fit: of {total} bytes {offset} are here.");
            }

            if (Crc32C.Compute(data.Span) != chunk.Crc32C)
            {
                throw new FormatException($"The chunk at {offset} of a snapshot is damaged.");
            }

            await incoming.WriteAsync(data, cancellation).ConfigureAwait(false);
            offset += data.Length;
        }

        if (offset != total)
        {
            throw new FormatException($"A snapshot of {total} bytes ended after {offset}.");
        }
    }

    private static SnapshotOffer ReadHeader(SnapshotHeader? header)
    {
        if (header?.Announcement is not { } announcement)
        {
            throw new FormatException("A snapshot begins without a header.");
        }

        var reader = MessageReception.Open(announcement);
        if (!reader.TryRead(out var partition, out var message) || message is not InstallSnapshot install || reader.TryRead(out _, out _))
        {
            throw new FormatException("A snapshot is announced by something else than one InstallSnapshot.");
        }

        return header.TotalBytes <= long.MaxValue && header.Identity.Length <= SnapshotOffer.IdentityBytesMax
            ? new SnapshotOffer(partition, install, (long)header.TotalBytes, header.Identity.Memory)
            : throw new FormatException(
                $"No snapshot has {header.TotalBytes} bytes and an identity of {header.Identity.Length} bytes.");
    }
}
