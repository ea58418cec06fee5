namespace Coordination.StateMachine;

/// <summary>One step of a transaction, or the whole of a simple request.</summary>
public abstract record Operation;

/// <summary>Writes one key.</summary>
/// <param name="Key">The key; not empty.</param>
/// <param name="Value">The value.</param>
/// <param name="Lease">The lease to attach the key to; 0 for none.</param>
/// <param name="ReturnPrevious">Whether the answer contains the key as it was.</param>
/// <param name="IgnoreValue">Keep the present value; the key must exist.</param>
/// <param name="IgnoreLease">Keep the present lease; the key must exist.</param>
public sealed record PutOperation(
    byte[] Key,
    ReadOnlyMemory<byte> Value,
    long Lease = 0,
    bool ReturnPrevious = false,
    bool IgnoreValue = false,
    bool IgnoreLease = false) : Operation;

/// <summary>Deletes the keys of a range.</summary>
/// <param name="Range">The range.</param>
/// <param name="ReturnPrevious">Whether the answer contains the keys as they were.</param>
public sealed record DeleteRangeOperation(KeyRange Range, bool ReturnPrevious = false) : Operation;

/// <summary>Reads a range.</summary>
/// <param name="Range">The range.</param>
public sealed record RangeOperation(KeyRange Range) : Operation
{
    /// <summary>The revision to read at; 0 or less for the current one.</summary>
    public long Revision { get; init; }

    /// <summary>The most keys to return; 0 or less for all.</summary>
    public long Limit { get; init; }

    /// <summary>The order; <see cref="SortOrder.None"/> for key order as stored (ascending, if another target is given).</summary>
    public SortOrder Order { get; init; }

    /// <summary>By what to sort.</summary>
    public SortTarget Target { get; init; }

    /// <summary>Leave out the values.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>Return only the number of keys.</summary>
    public bool CountOnly { get; init; }

    /// <summary>Leave out keys last changed before this revision; 0 for none.</summary>
    public long MinModRevision { get; init; }

    /// <summary>Leave out keys last changed after this revision; 0 for none.</summary>
    public long MaxModRevision { get; init; }

    /// <summary>Leave out keys created before this revision; 0 for none.</summary>
    public long MinCreateRevision { get; init; }

    /// <summary>Leave out keys created after this revision; 0 for none.</summary>
    public long MaxCreateRevision { get; init; }
}

/// <summary>The direction of a sorted range. The numbers are etcd's.</summary>
public enum SortOrder : byte
{
    /// <summary>Not sorted.</summary>
    None = 0,

    /// <summary>Smallest first.</summary>
    Ascend = 1,

    /// <summary>Largest first.</summary>
    Descend = 2,
}

/// <summary>By what a range is sorted. The numbers are etcd's.</summary>
public enum SortTarget : byte
{
    /// <summary>The key.</summary>
    Key = 0,

    /// <summary>The version.</summary>
    Version = 1,

    /// <summary>The create revision.</summary>
    Create = 2,

    /// <summary>The mod revision.</summary>
    Mod = 3,

    /// <summary>The value, bytewise.</summary>
    Value = 4,
}

/// <summary>
/// If all comparisons hold, the operations of <paramref name="Success"/>, otherwise those of <paramref name="Failure"/>, all in one
/// revision.
/// </summary>
/// <param name="Comparisons">The conditions; they see the state before the whole transaction, also those of nested transactions.</param>
/// <param name="Success">What to do when all hold.</param>
/// <param name="Failure">What to do otherwise.</param>
public sealed record TxnOperation(
    IReadOnlyList<Comparison> Comparisons, IReadOnlyList<Operation> Success, IReadOnlyList<Operation> Failure) : Operation;

/// <summary>A condition of a transaction.</summary>
/// <param name="Range">The key, or the keys that must all fulfil it; a missing one counts as all zero.</param>
/// <param name="Target">What is compared.</param>
/// <param name="Result">How it must compare.</param>
/// <param name="Number">The number to compare with, for every target but the value.</param>
/// <param name="Value">The bytes to compare with, for the value.</param>
public sealed record Comparison(
    KeyRange Range, CompareTarget Target, CompareResult Result, long Number, ReadOnlyMemory<byte> Value);

/// <summary>What a <see cref="Comparison"/> looks at. The numbers are etcd's; others compare as equal.</summary>
public enum CompareTarget
{
    /// <summary>The version.</summary>
    Version = 0,

    /// <summary>The create revision.</summary>
    Create = 1,

    /// <summary>The mod revision.</summary>
    Mod = 2,

    /// <summary>The value.</summary>
    Value = 3,

    /// <summary>The lease.</summary>
    Lease = 4,
}

/// <summary>How a <see cref="Comparison"/> must come out. The numbers are etcd's; others always hold.</summary>
public enum CompareResult
{
    /// <summary>The same.</summary>
    Equal = 0,

    /// <summary>The key's is greater.</summary>
    Greater = 1,

    /// <summary>The key's is less.</summary>
    Less = 2,

    /// <summary>Different.</summary>
    NotEqual = 3,
}
