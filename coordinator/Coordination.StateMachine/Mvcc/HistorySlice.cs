namespace Coordination.StateMachine;

/// <summary>A part of a partition's history.</summary>
/// <param name="Events">The changes that were asked for, in order; all of a revision or none.</param>
/// <param name="LastRevision">The history is complete up to and including this revision.</param>
public readonly record struct HistorySlice(ReadOnlyMemory<KeyEvent> Events, long LastRevision);
