namespace Coordination.StateMachine;

/// <summary>What one operation gave.</summary>
public abstract record OperationResult;

/// <summary>The answer to a put.</summary>
/// <param name="Previous">The key as it was, if that was asked for and it existed.</param>
public sealed record PutResult(KeyValue? Previous) : OperationResult;

/// <summary>The answer to a deletion.</summary>
/// <param name="Deleted">How many keys were deleted.</param>
/// <param name="Previous">The keys as they were, in key order, if that was asked for.</param>
public sealed record DeleteRangeResult(long Deleted, IReadOnlyList<KeyValue> Previous) : OperationResult;

/// <summary>The answer to a read.</summary>
/// <param name="Items">The keys.</param>
/// <param name="Count">How many keys the range has at the revision, whatever the limit and the filters.</param>
/// <param name="More">Whether the limit cut the answer.</param>
public sealed record RangeResult(IReadOnlyList<KeyValue> Items, long Count, bool More) : OperationResult;

/// <summary>The answer to a transaction.</summary>
/// <param name="Succeeded">Whether all comparisons held.</param>
/// <param name="Results">What each operation gave, in order.</param>
/// <param name="Revisions">
/// The revision that each answer's header carries: the one of the transaction from its first change on, the one before until then.
/// </param>
public sealed record TxnResult(bool Succeeded, IReadOnlyList<OperationResult> Results, IReadOnlyList<long> Revisions) : OperationResult;
