using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>
/// Finds out where the parts of a call's watches are to be watched: when they begin, and when their keys have moved. A partition that gave
/// keys away says to whom, so the map is needed only for where a partition's replicas are, and for what a retired one had. From any thread.
/// </summary>
internal sealed class WatchMoves(WatchFeeds feeds, WatchLanes lanes, CancellationToken ending)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Opens a watch; returns when it is on its way.</summary>
    /// <param name="watch">The watch.</param>
    /// <param name="isRetry">Whether the partition that has the keys by the map said that it does not.</param>
    public async Task OpenAsync(ClientWatch watch, bool isRetry)
    {
        while (watch.IsWanted)
        {
            var map = feeds.Map;
            if (isRetry)
            {
                await feeds.AwaitChangeAsync(map, ending);
                map = feeds.Map;
            }

            isRetry = true;
            var slices = map.Split(watch.Wanted.Range);
            if (slices is [var only])
            {
                await lanes.PlaceAsync(lanes.Watches.AddPart(watch, only.Partition.Id, watch.Wanted.Range, watch.Wanted.StartRevision));
                return;
            }

            if (watch.Wanted.StartRevision > 0)
            {
                await RefuseAsync(watch, slices);
                return;
            }

            // The client is told before the parts begin, which then are to begin at some revision: whatever moves meanwhile.
            if (await feeds.ReadRevisionsAsync(slices) is { } revisions)
            {
                await OpenAsync(watch, slices, revisions);
                return;
            }
        }
    }

    /// <summary>Sees to a part whose partition has told all that it can. Under the call's lock.</summary>
    /// <param name="part">The part, which has left its lane and its watch.</param>
    /// <param name="delegation">By what keys of it went; null when the partition retired.</param>
    public void Follow(WatchPart part, Delegation? delegation)
    {
        if (delegation is null || delegation.Partition == part.CameFrom)
        {
            // Nobody has the keys until the partition around has noted that it has them again.
            part.Watch.Parts.Add(part);
            lanes.Work.Run(() => delegation is null ? RerouteAsync(part) : PlaceLaterAsync(part));
            return;
        }

        var range = part.Range;
        var moved = KeyRange.OfPrefix(delegation.Prefix);
        WatchPart[] pieces =
        [
            .. PieceOf(part, part.Partition, Before(range, moved.Start)),
            .. PieceOf(part, delegation.Partition, Common(range, moved)),
            .. PieceOf(part, part.Partition, After(range, moved.End)),
        ];
        part.Watch.Parts.UnionWith(pieces);
        foreach (var piece in pieces)
        {
            lanes.Work.Run(() => lanes.PlaceAsync(piece));
        }
    }

    /// <summary>Places a part after a pause.</summary>
    public async Task PlaceLaterAsync(WatchPart part)
    {
        await Task.Delay(RetryDelay, ending);
        await lanes.PlaceAsync(part);
    }

    /// <summary>
    /// Waits for somebody with a replica of a part's partition. False when the part went on in another way: the partition is gone.
    /// </summary>
    public async Task<bool> AwaitOwnerAsync(WatchPart part)
    {
        var map = feeds.Map;
        await feeds.AwaitChangeAsync(map, ending);
        if (feeds.Map.Find(part.Partition) is not null)
        {
            return true;
        }

        await RerouteAsync(part);
        return false;
    }

    private static KeyRange Before(KeyRange range, byte[] start) => KeyRange.Between(range.Start, Least(range.End, start));

    private static KeyRange Common(KeyRange range, KeyRange moved) =>
        KeyRange.Between(Greatest(range.Start, moved.Start), Least(range.End, moved.End));

    /// <summary>What of a range lies behind an end; the empty range when there is no end.</summary>
    private static KeyRange After(KeyRange range, byte[]? end) =>
        end is null ? KeyRange.Between(range.Start, range.Start) : KeyRange.Between(Greatest(range.Start, end), range.End);

    private static byte[] Greatest(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right) >= 0 ? left : right;

    private static byte[]? Least(byte[]? left, byte[]? right) =>
        left is null ? right : right is null || left.AsSpan().SequenceCompareTo(right) <= 0 ? left : right;

    private static IEnumerable<WatchPart> PieceOf(WatchPart part, uint partition, KeyRange range)
    {
        if (!range.IsEmpty)
        {
            yield return new WatchPart(part.Watch, partition, range, part.NextRevision)
            {
                CameFrom = partition == part.Partition ? part.CameFrom : null,
            };
        }
    }

    /// <summary>Goes on where the map says, once it says something else than the partition that has retired.</summary>
    private async Task RerouteAsync(WatchPart part)
    {
        var map = feeds.Map;
        var slices = map.Split(part.Range);
        while (slices.Any(slice => slice.Partition.Id == part.Partition))
        {
            await feeds.AwaitChangeAsync(map, ending);
            map = feeds.Map;
            slices = map.Split(part.Range);
        }

        WatchPart[] pieces;
        lock (lanes.Watches.Gate)
        {
            if (!part.Watch.Parts.Remove(part))
            {
                // The client no longer wants it.
                return;
            }

            pieces =
            [
                .. slices.Select(slice => new WatchPart(part.Watch, slice.Partition.Id, slice.Range, part.NextRevision)
                {
                    CameFrom = part.Partition,
                }),
            ];
            part.Watch.Parts.UnionWith(pieces);
        }

        await Task.WhenAll(pieces.Select(lanes.PlaceAsync));
    }

    private async Task OpenAsync(ClientWatch watch, IReadOnlyList<PartitionSlice> slices, long[] revisions)
    {
        WatchPart[] parts;
        lock (lanes.Watches.Gate)
        {
            if (!watch.IsWanted)
            {
                return;
            }

            parts = [.. slices.Select((slice, i) => new WatchPart(watch, slice.Partition.Id, slice.Range, revisions[i] + 1))];
            watch.Parts.UnionWith(parts);
        }

        await lanes.TellAsync(new WatchDelivery(watch.Id, new WatchNotice(WatchNoticeKind.Created, revisions.Max())));
        lock (lanes.Watches.Gate)
        {
            lanes.Watches.Announce(watch);
        }

        // Each by itself: one that cannot be reached does not keep the others from telling.
        foreach (var part in parts)
        {
            lanes.Work.Run(() => lanes.PlaceAsync(part));
        }
    }

    private Task RefuseAsync(ClientWatch watch, IReadOnlyList<PartitionSlice> slices)
    {
        lock (lanes.Watches.Gate)
        {
            lanes.Watches.End(watch);
        }

        return lanes.TellAsync(new WatchResponse
        {
            Header = new ResponseHeader { Revision = feeds.Revision },
            WatchId = WatchNotice.NoWatcher,
            Created = true,
            Canceled = true,
            CancelReason = EtcdErrors.SpansPartitions(
                "a watch from a revision", slices.Select(static slice => slice.Partition.Id).Distinct().Order()).Detail,
        });
    }
}
