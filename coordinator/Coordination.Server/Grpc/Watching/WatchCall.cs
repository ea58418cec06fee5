using Coordination.Protocol.Etcd;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// The requests of one call of the Watch service, in their order, and the ids of its watches, which are unique over all partitions. As long
/// as keys are in partition 0, requests go on to its hub as they come; any other creation waits until those before it are answered, and is
/// answered before the next request is looked at, so that answers keep the order of the requests.
/// </summary>
internal sealed class WatchCall(WatchFeeds feeds, WatchLanes lanes, CancellationToken ending)
{
    private readonly ClientWatches _watches = lanes.Watches;

    /// <summary>Deals with a request; returns when the next one may be looked at.</summary>
    /// <exception cref="OperationCanceledException">The call has ended.</exception>
    public Task HandleAsync(WatchRequest request) => request.RequestUnionCase switch
    {
        WatchRequest.RequestUnionOneofCase.CreateRequest => CreateAsync(WatchTranslation.ToCreation(request.CreateRequest)),
        WatchRequest.RequestUnionOneofCase.CancelRequest => lanes.CancelAsync(request.CancelRequest.WatchId),
        WatchRequest.RequestUnionOneofCase.ProgressRequest => lanes.RequestProgressAsync(),
        _ => Task.CompletedTask,
    };

    private async Task CreateAsync(WatchCreation creation)
    {
        if (creation.WatchId is { } chosen && _watches.IsEnding(chosen))
        {
            await _watches.AnsweredAsync(ending);
        }

        var refusal = creation.StartRevision < 0 ? WatchRefusal.CompactedStart
            : creation.Range.IsEmpty ? WatchRefusal.EmptyRange
            : WatchRefusal.None;
        var watch = refusal == WatchRefusal.None ? _watches.TryAdd(creation) : null;
        if (watch is null)
        {
            await _watches.AnsweredAsync(ending);
            await RefuseAsync(refusal == WatchRefusal.None ? WatchRefusal.DuplicateId : refusal);
            return;
        }

        if (feeds.Map.Split(creation.Range) is [{ Partition.Id: 0 }])
        {
            await lanes.PlaceAsync(_watches.AddPart(watch, 0, creation.Range, creation.StartRevision));
            return;
        }

        await _watches.OthersAnsweredAsync(ending);
        await lanes.OpenAsync(watch);
        await _watches.AnsweredAsync(ending);
    }

    private Task RefuseAsync(WatchRefusal refusal) => lanes.TellAsync(new WatchDelivery(
        WatchNotice.NoWatcher, new WatchNotice(WatchNoticeKind.Refused, feeds.Revision) { Refusal = refusal }));
}
