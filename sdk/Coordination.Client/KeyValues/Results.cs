namespace Coordination.Client;

/// <summary>The answer to one operation.</summary>
/// <param name="Revision">The revision of the store when it was done; within a transaction, the transaction's.</param>
public abstract record OperationResult(long Revision);

/// <summary>The answer to the reading of one key.</summary>
/// <param name="KeyValue">The key, or null when it does not exist.</param>
/// <param name="Revision">The revision of the store; not of the key.</param>
public sealed record GetResult(KeyValue? KeyValue, long Revision) : OperationResult(Revision);

/// <summary>The answer to the reading of a range.</summary>
/// <param name="KeyValues">The keys, in the order asked for.</param>
/// <param name="Count">How many keys the range has, whatever the limit.</param>
/// <param name="HasMore">True when the limit left keys out.</param>
/// <param name="Revision">The revision of the store, also when an older one was read.</param>
public sealed record RangeResult(IReadOnlyList<KeyValue> KeyValues, long Count, bool HasMore, long Revision) : OperationResult(Revision);

/// <summary>A part of a range that is read in pages.</summary>
/// <param name="KeyValues">The keys, in bytewise order.</param>
/// <param name="SnapshotRevision">The revision that all pages show; a watch from the next one on misses nothing.</param>
public sealed record RangePage(IReadOnlyList<KeyValue> KeyValues, long SnapshotRevision);

/// <summary>The answer to a write.</summary>
/// <param name="Previous">The key before, if that was asked for and there was one.</param>
/// <param name="Revision">The revision that the write made.</param>
public sealed record PutResult(KeyValue? Previous, long Revision) : OperationResult(Revision);

/// <summary>The answer to a deletion.</summary>
/// <param name="Deleted">How many keys are gone.</param>
/// <param name="Previous">The keys before, if that was asked for.</param>
/// <param name="Revision">The revision of the store; a deletion of nothing makes no new one.</param>
public sealed record DeleteResult(long Deleted, IReadOnlyList<KeyValue> Previous, long Revision) : OperationResult(Revision);

/// <summary>The answer to a transaction, which may be one of the operations of another.</summary>
/// <param name="Succeeded">True when every condition held, so that the operations of Then were done; else those of Else were.</param>
/// <param name="Results">The answers to the operations, in their order.</param>
/// <param name="Revision">The revision of the store afterwards.</param>
public sealed record TransactionResult(bool Succeeded, IReadOnlyList<OperationResult> Results, long Revision) : OperationResult(Revision);
