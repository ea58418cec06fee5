using System.Collections.Immutable;

namespace Coordination.StateMachine.Model;

/// <summary>What a <see cref="NaiveState"/> owns: whether it has a key is found by looking at all that was given away.</summary>
internal sealed record NaiveOwnership
{
    public PartitionPhase Phase { get; init; }

    public long ServedRevision { get; init; }

    public long Adoptions { get; init; }

    public ImmutableList<Delegation> Delegations { get; init; } = [];

    public ImmutableList<PendingCopy> Copies { get; init; } = [];

    /// <summary>Chunks received.</summary>
    public long Chunks { get; init; }

    /// <summary>Whether nothing that the command names is refused.</summary>
    public bool Allows(Command command) => command switch
    {
        PutCommand put => Owns(put.Put),
        DeleteRangeCommand delete => Owns(delete.Delete),
        TxnCommand txn => Owns(txn.Txn),
        PartitionCommand or SharedLeaseCommand or AlarmCommand => true,
        _ => Phase == PartitionPhase.Serving,
    };

    public bool Owns(Operation operation) => operation switch
    {
        PutOperation put => Owns(KeyRange.OfKey(put.Key)),
        DeleteRangeOperation delete => Owns(delete.Range),
        RangeOperation range => Owns(range.Range),
        TxnOperation txn => txn.Comparisons.All(comparison => Owns(comparison.Range)) && txn.Success.Concat(txn.Failure).All(Owns),
        _ => throw new ArgumentException(operation.ToString()),
    };

    private bool Owns(KeyRange range) => Phase == PartitionPhase.Serving && !Delegations.Any(delegation => Meets(delegation, range));

    /// <summary>
    /// Some key with the prefix is in the range if the prefix itself is, or if the range begins with such a key and is not empty.
    /// </summary>
    private static bool Meets(Delegation delegation, KeyRange range) =>
        range.Contains(delegation.Prefix) || (range.Start.AsSpan().StartsWith(delegation.Prefix) && range.Contains(range.Start));
}
