using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>A write that changed keys.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Events">Its changes, in order.</param>
public readonly record struct AppliedWrite(long Revision, KeyEvent[] Events);
