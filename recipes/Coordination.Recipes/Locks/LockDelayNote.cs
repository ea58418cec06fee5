namespace Coordination.Recipes;

/// <summary>What a holder leaves beside its lock until it releases it.</summary>
/// <param name="Token">The holder's fencing token.</param>
/// <param name="DelayMilliseconds">How long nobody shall have the lock when the holder is gone and the note is still there.</param>
internal sealed record LockDelayNote(long Token, long DelayMilliseconds);
