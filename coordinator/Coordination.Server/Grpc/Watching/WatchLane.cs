using System.Diagnostics.CodeAnalysis;
using Coordination.Replication;

namespace Coordination.Server;

/// <summary>
/// A call's feed of one partition, and the parts of watches that are told by it. Parts with the number of their watch are passed on as they
/// come; the others get their watch's id on the way. Belongs to its <see cref="WatchCall"/>'s lock, but for the feed.
/// </summary>
internal sealed class WatchLane : IDisposable
{
    /// <summary>Numbers of parts that cannot have that of their watch begin here, where clients hardly choose ids.</summary>
    private const long FirstNumber = 1L << 62;

    private readonly Dictionary<long, WatchPart> _parts = [];
    private readonly CancellationTokenSource _ended;
    private long _nextNumber = FirstNumber;
    private int _translated;

    public WatchLane(uint partition, IWatchFeed feed, CancellationToken ending)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(ending);
        Partition = partition;
        Feed = feed;
        Ended = _ended.Token;
    }

    public uint Partition { get; }

    public IWatchFeed Feed { get; }

    public bool HasParts => _parts.Count > 0;

    /// <summary>Whether what comes can be passed on without a look.</summary>
    public bool IsDirect => _translated == 0;

    /// <summary>Whether the feed has told anything.</summary>
    public bool HasTold { get; set; }

    public IReadOnlyCollection<WatchPart> Parts => _parts.Values;

    /// <summary>Cancelled when the feed has ended, or the call.</summary>
    public CancellationToken Ended { get; }

    public void Add(WatchPart part)
    {
        bool isDirect = Partition == 0 && part.Watch.Parts.Count == 1 && !_parts.ContainsKey(part.Watch.Id);
        if (!isDirect)
        {
            _translated++;
            while (_parts.ContainsKey(_nextNumber))
            {
                _nextNumber++;
            }
        }

        part.Number = isDirect ? part.Watch.Id : _nextNumber++;
        part.Lane = this;
        part.IsSent = false;
        part.IsCreated = false;
        _parts.Add(part.Number, part);
    }

    public void Remove(WatchPart part)
    {
        _parts.Remove(part.Number);
        _translated -= IsPassedOn(part) ? 0 : 1;
        part.Lane = null;
    }

    public bool TryFind(long number, [NotNullWhen(true)] out WatchPart? part) => _parts.TryGetValue(number, out part);

    /// <summary>Events as the client is to see them; null when it is not.</summary>
    public WatchDelivery? Translate(WatchDelivery delivery)
    {
        if (!_parts.TryGetValue(delivery.WatchId, out var part))
        {
            return null;
        }

        if (!delivery.Notice.IsFragment)
        {
            part.NextRevision = delivery.Notice.EventRevision + 1;
        }

        return part.Watch.IsEnded ? null : new WatchDelivery(part.Watch.Id, delivery.Notice);
    }

    /// <summary>Everything up to a revision was told: those who would ask again need not ask for it.</summary>
    public void NoteProgress(long revision)
    {
        if (Partition == 0)
        {
            return;
        }

        foreach (var part in _parts.Values)
        {
            if (part.IsCreated)
            {
                part.NextRevision = Math.Max(part.NextRevision, revision + 1);
            }
        }
    }

    /// <summary>The feed has ended: who waits to ask it for something waits no longer.</summary>
    public void End() => _ended.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Feed.Dispose();
        _ended.Dispose();
    }

    private bool IsPassedOn(WatchPart part) => Partition == 0 && part.Number == part.Watch.Id;
}
