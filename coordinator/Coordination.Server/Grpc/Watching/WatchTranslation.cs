using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>Requests for watches as the hub knows them, and back, for other members.</summary>
internal static class WatchTranslation
{
    /// <summary>What members tell each other for a watch that has to go on in another partition.</summary>
    private const string MovedReason = "coordination: moved";

    public static WatchCreation ToCreation(WatchCreateRequest request)
    {
        // The smallest key stands for no key at all.
        ReadOnlySpan<byte> key = request.Key.IsEmpty ? [0] : request.Key.Span;
        return new WatchCreation(KeyRange.FromRequest(key, request.RangeEnd.Span))
        {
            WatchId = request.WatchId == 0 ? null : request.WatchId,
            StartRevision = request.StartRevision,
            WithPrevious = request.PrevKv,
            NoPut = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Noput),
            NoDelete = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Nodelete),
            ProgressNotify = request.ProgressNotify,
            MayFragment = request.Fragment,
        };
    }

    public static WatchRequest ToRequest(WatchCreation creation)
    {
        var request = new WatchCreateRequest
        {
            Key = ByteString.CopyFrom(creation.Range.Start),
            RangeEnd = creation.Range.IsSingleKey ? ByteString.Empty : ByteString.CopyFrom(creation.Range.End ?? [0]),
            WatchId = creation.WatchId ?? 0,
            StartRevision = creation.StartRevision,
            PrevKv = creation.WithPrevious,
            ProgressNotify = creation.ProgressNotify,
            Fragment = creation.MayFragment,
        };
        if (creation.NoPut)
        {
            request.Filters.Add(WatchCreateRequest.Types.FilterType.Noput);
        }

        if (creation.NoDelete)
        {
            request.Filters.Add(WatchCreateRequest.Types.FilterType.Nodelete);
        }

        return new WatchRequest { CreateRequest = request };
    }

    /// <summary>What another member is told when a watch has to go on elsewhere: the new owner is in the place of a revision.</summary>
    public static WatchResponse ToResponse(WatchDelivery moved)
    {
        var response = new WatchResponse
        {
            Header = new ResponseHeader { Revision = moved.Notice.Revision },
            WatchId = moved.WatchId,
            Canceled = true,
            CancelReason = MovedReason,
        };
        if (moved.Notice.Delegation is { } delegation)
        {
            response.CompactRevision = delegation.Partition;
            response.Events.Add(new Event { Kv = new Protocol.Etcd.KeyValue { Key = ByteString.CopyFrom(delegation.Prefix) } });
        }

        return response;
    }

    /// <summary>What another member told.</summary>
    public static WatchDelivery ToDelivery(WatchResponse response) => new(response.WatchId, ToNotice(response));

    private static WatchNotice ToNotice(WatchResponse response)
    {
        long revision = response.Header.Revision;
        return response switch
        {
            { Canceled: true, CancelReason: MovedReason } => new WatchNotice(WatchNoticeKind.Moved, revision)
            {
                Delegation = response.Events is [var moved]
                    ? new Delegation(moved.Kv.Key.ToByteArray(), (uint)response.CompactRevision, revision, [])
                    : null,
            },
            { Created: true, Canceled: true } => new WatchNotice(WatchNoticeKind.Refused, revision)
            {
                Refusal = WatchRefusal.WrongPartition,
            },
            { Created: true } => new WatchNotice(WatchNoticeKind.Created, revision),
            { Canceled: true, CompactRevision: > 0 } => new WatchNotice(WatchNoticeKind.Compacted, revision)
            {
                CompactRevision = response.CompactRevision,
            },
            { Canceled: true } => new WatchNotice(WatchNoticeKind.Canceled, revision),
            { Events.Count: 0 } => new WatchNotice(WatchNoticeKind.Progress, revision),
            _ => new WatchNotice(WatchNoticeKind.Events, revision)
            {
                // As the encoder would have made them.
                Events = new WatchResponse { Events = { response.Events } }.ToByteArray(),
                EventCount = response.Events.Count,
                EventRevision = response.Events[^1].Kv.ModRevision,
                IsFragment = response.Fragment,
            },
        };
    }
}
