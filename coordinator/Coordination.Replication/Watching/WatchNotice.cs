using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>What a <see cref="WatchNotice"/> tells.</summary>
public enum WatchNoticeKind
{
    /// <summary>Events.</summary>
    Events,

    /// <summary>The watcher exists from now on.</summary>
    Created,

    /// <summary>The watcher was not created: <see cref="WatchNotice.Refusal"/> says why.</summary>
    Refused,

    /// <summary>The watcher ended, as its client wished.</summary>
    Canceled,

    /// <summary>The watcher ended: what it would need is compacted up to <see cref="WatchNotice.CompactRevision"/>.</summary>
    Compacted,

    /// <summary>Everything up to the revision was told.</summary>
    Progress,

    /// <summary>
    /// The watcher ended: some of its keys are in another partition since the revision. It was told everything up to there, and nothing
    /// after it.
    /// </summary>
    Moved,
}

/// <summary>Why a watcher was not created.</summary>
public enum WatchRefusal
{
    /// <summary>It was.</summary>
    None,

    /// <summary>The stream has a watcher with the id.</summary>
    DuplicateId,

    /// <summary>No key can be in the range.</summary>
    EmptyRange,

    /// <summary>The start revision is negative, so there is no history from there on.</summary>
    CompactedStart,

    /// <summary>It was to begin with the next revision, and some of its keys are in another partition.</summary>
    WrongPartition,
}

/// <summary>What one response tells, but for the watcher's id: many watchers share one notice, which never changes.</summary>
/// <param name="Kind">What.</param>
/// <param name="Revision">The revision that the response's header shows; for <see cref="WatchNoticeKind.Moved"/>, which clients are not
/// told, the last one at which all keys were here.</param>
public sealed record WatchNotice(WatchNoticeKind Kind, long Revision)
{
    /// <summary>The id in responses that are not about a watcher.</summary>
    public const long NoWatcher = -1;

    /// <summary>The events, one after the other, as <see cref="IWatchEventEncoder"/> made them.</summary>
    public ReadOnlyMemory<byte> Events { get; init; }

    /// <summary>How many events those are.</summary>
    public int EventCount { get; init; }

    /// <summary>The revision of those events.</summary>
    public long EventRevision { get; init; }

    /// <summary>Whether further events of the same revision follow in the next notice.</summary>
    public bool IsFragment { get; init; }

    /// <summary>For <see cref="WatchNoticeKind.Compacted"/>: the oldest revision that can be watched from.</summary>
    public long CompactRevision { get; init; }

    /// <summary>
    /// For <see cref="WatchNoticeKind.Moved"/>: by which delegation; null when the partition has retired, and whoever took its keys back
    /// has them.
    /// </summary>
    public Delegation? Delegation { get; init; }

    /// <summary>For <see cref="WatchNoticeKind.Refused"/>: why.</summary>
    public WatchRefusal Refusal { get; init; }
}

/// <summary>A notice for one watcher.</summary>
/// <param name="WatchId">The watcher's id on its stream, or <see cref="WatchNotice.NoWatcher"/>.</param>
/// <param name="Notice">What it is told.</param>
public readonly record struct WatchDelivery(long WatchId, WatchNotice Notice);
