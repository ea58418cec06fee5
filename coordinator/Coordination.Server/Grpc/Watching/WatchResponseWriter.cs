using System.Buffers;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>
/// Writes the responses of one stream straight into the connection's buffer, each as a message of the gRPC stream: the bytes of the events,
/// which are most of it, were made once for all watchers and are copied here for the first time. Used by one call.
/// </summary>
internal sealed class WatchResponseWriter(ulong clusterId, ulong memberId)
{
    /// <summary>
    /// After how many bytes the connection is to take over: enough to make a write worth it, little enough to keep memory low.
    /// </summary>
    private const int BytesPerFlush = 64 * 1024;

    /// <summary>The most that a response takes beside its events: the prefix, nine small fields and the longest reason.</summary>
    private const int OverheadBytesMax = 256;

    private const int HeaderBytesMax = 64;

    private readonly byte[] _header = new byte[HeaderBytesMax];
    private int _headerLength;
    private long _headerRevision;
    private ulong _headerTerm;

    /// <summary>Writes responses until there is enough to send or nothing left.</summary>
    /// <returns>How many of the deliveries it wrote.</returns>
    public int Write(IBufferWriter<byte> output, ReadOnlySpan<WatchDelivery> deliveries, ulong term)
    {
        var written = 0;
        long bytes = 0;
        var room = output.GetSpan(OverheadBytesMax);
        var used = 0;
        while (written < deliveries.Length && bytes < BytesPerFlush)
        {
            ref readonly var delivery = ref deliveries[written++];
            var events = delivery.Notice.Events.Span;
            if (room.Length - used < OverheadBytesMax)
            {
                output.Advance(used);
                room = output.GetSpan(OverheadBytesMax);
                used = 0;
            }

            int start = used;
            used += WriteFields(room[used..], delivery, term, events.Length);
            bytes += used - start + events.Length;
            while (events.Length > room.Length - used)
            {
                int part = room.Length - used;
                events[..part].CopyTo(room[used..]);
                events = events[part..];
                output.Advance(room.Length);
                room = output.GetSpan();
                used = 0;
            }

            events.CopyTo(room[used..]);
            used += events.Length;
        }

        output.Advance(used);
        return written;
    }

    /// <summary>Writes a response that there is no short way for.</summary>
    public static void Write(IBufferWriter<byte> output, WatchResponse response)
    {
        int bytes = response.CalculateSize();
        var fields = new FieldBuffer(output.GetSpan(OverheadBytesMax));
        fields.SkipPrefix();
        fields.SetPrefix(bytes);
        output.Advance(fields.Length);
        response.WriteTo(output);
    }

    /// <summary>Writes everything but the events.</summary>
    private int WriteFields(Span<byte> room, in WatchDelivery delivery, ulong term, int eventBytes)
    {
        var notice = delivery.Notice;
        if (notice.Revision != _headerRevision || term != _headerTerm || _headerLength == 0)
        {
            WriteHeader(notice.Revision, term);
        }

        var fields = new FieldBuffer(room);
        fields.SkipPrefix();
        int prefix = fields.Length;
        fields.WriteRaw(_header.AsSpan(0, _headerLength));
        fields.Write(2, delivery.WatchId);
        switch (notice.Kind)
        {
            case WatchNoticeKind.Events:
                fields.Write(7, notice.IsFragment);
                break;
            case WatchNoticeKind.Created:
                fields.Write(3, true);
                break;
            case WatchNoticeKind.Refused:
                fields.Write(3, true);
                fields.Write(4, true);
                fields.Write(6, ReasonOf(notice.Refusal));
                break;
            case WatchNoticeKind.Canceled:
                fields.Write(4, true);
                break;
            case WatchNoticeKind.Compacted:
                fields.Write(4, true);
                fields.Write(5, notice.CompactRevision);
                break;
            default:
                break;
        }

        fields.SetPrefix(fields.Length - prefix + eventBytes);
        return fields.Length;
    }

    private static ReadOnlySpan<byte> ReasonOf(WatchRefusal refusal) => refusal switch
    {
        WatchRefusal.DuplicateId => "mvcc: duplicate watch ID provided on the WatchStream"u8,
        WatchRefusal.EmptyRange => "mvcc: watcher range is empty"u8,
        WatchRefusal.CompactedStart => "etcdserver: mvcc: required revision has been compacted"u8,

        // For other members: clients are not told.
        WatchRefusal.WrongPartition => "coordination: the keys are on their way to another partition"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "There is no reason for this."),
    };

    /// <summary>Most responses of a moment have the same header.</summary>
    private void WriteHeader(long revision, ulong term)
    {
        Span<byte> content = stackalloc byte[HeaderBytesMax];
        var inner = new FieldBuffer(content);
        inner.Write(1, clusterId);
        inner.Write(2, memberId);
        inner.Write(3, revision);
        inner.Write(4, term);
        var outer = new FieldBuffer(_header);
        outer.Write(1, content[..inner.Length]);
        _headerLength = outer.Length;
        _headerRevision = revision;
        _headerTerm = term;
    }
}
