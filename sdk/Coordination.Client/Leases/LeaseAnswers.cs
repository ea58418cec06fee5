namespace Coordination.Client;

/// <summary>A lease that was granted.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="TimeToLive">How long it lives without renewal; can be more than was asked for.</param>
public sealed record LeaseGrant(LeaseId Id, TimeSpan TimeToLive);

/// <summary>How a lease stands.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Granted">How long it lives without renewal.</param>
/// <param name="Remaining">How long it still lives without renewal, in whole seconds, rounded down.</param>
/// <param name="Keys">The keys that hang on it, those of the namespace only.</param>
public sealed record LeaseStatus(LeaseId Id, TimeSpan Granted, TimeSpan Remaining, IReadOnlyList<Key> Keys);
