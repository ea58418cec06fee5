using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>A command that changed keys, gave some away, or skipped revisions.</summary>
/// <param name="Revision">The revision after it.</param>
/// <param name="Events">Its changes, in order; none for what watchers are not told.</param>
public readonly record struct AppliedWrite(long Revision, KeyEvent[] Events)
{
    /// <summary>The revision before it: there is nothing in between.</summary>
    public long PreviousRevision { get; init; } = Revision - 1;

    /// <summary>What it gave away: watches on that end at the delegation's revision.</summary>
    public Delegation? Delegated { get; init; }
}
