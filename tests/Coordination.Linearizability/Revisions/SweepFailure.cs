namespace Coordination.Linearizability;

/// <summary>Why the sweep could not take a revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Rule">The rule that is broken.</param>
/// <param name="DependsOn">The keys whose state made it so: only other writes to these can mend it.</param>
/// <param name="Message">The story; made when it is told.</param>
internal sealed record SweepFailure(long Revision, string Rule, Footprint DependsOn, Func<string> Message);

/// <summary>A write that may have been done although nobody was told, and what it has to do with.</summary>
internal sealed record Candidate(StoreOperation Operation, Footprint Footprint);
