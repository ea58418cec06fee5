namespace Coordination.StateMachine;

/// <summary>
/// A write as it stands in the replicated log: everything that applying it needs, nothing that differs between replicas. Encoded by
/// <see cref="CommandCodec"/>.
/// </summary>
public abstract record Command;

/// <summary>Writes one key (etcd: PutRequest).</summary>
/// <param name="Put">What to write.</param>
public sealed record PutCommand(PutOperation Put) : Command;

/// <summary>Deletes the keys of a range (etcd: DeleteRangeRequest).</summary>
/// <param name="Delete">What to delete.</param>
public sealed record DeleteRangeCommand(DeleteRangeOperation Delete) : Command;

/// <summary>Several operations at once, on conditions (etcd: TxnRequest).</summary>
/// <param name="Txn">The transaction.</param>
public sealed record TxnCommand(TxnOperation Txn) : Command;

/// <summary>Forgets history up to a revision (etcd: CompactionRequest).</summary>
/// <param name="Revision">The oldest revision that stays readable.</param>
public sealed record CompactCommand(long Revision) : Command;

/// <summary>Creates a lease. The id was chosen before the command entered the log, so that every replica gets the same.</summary>
/// <param name="Id">The id; not 0.</param>
/// <param name="TtlSeconds">The time to live, already raised to the least that the cluster allows.</param>
public sealed record LeaseGrantCommand(long Id, long TtlSeconds) : Command;

/// <summary>Ends a lease and deletes its keys: at a client's request, or because it expired.</summary>
/// <param name="Id">The id.</param>
public sealed record LeaseRevokeCommand(long Id) : Command;

/// <summary>Notes how much of their time some leases have left, for the next leader.</summary>
/// <param name="Remaining">Lease ids with the seconds they have left.</param>
public sealed record LeaseCheckpointCommand(IReadOnlyList<LeaseRemaining> Remaining) : Command;

/// <summary>What is left of a lease.</summary>
/// <param name="Id">The lease.</param>
/// <param name="Seconds">Seconds left.</param>
public readonly record struct LeaseRemaining(long Id, long Seconds);

/// <summary>Raises or clears an alarm of a member.</summary>
/// <param name="Action">Which.</param>
/// <param name="Member">The member that the alarm is about.</param>
/// <param name="Kind">What is wrong with it.</param>
public sealed record AlarmCommand(AlarmAction Action, ulong Member, AlarmKind Kind) : Command;

/// <summary>What an <see cref="AlarmCommand"/> does.</summary>
public enum AlarmAction : byte
{
    /// <summary>Raises it.</summary>
    Activate = 1,

    /// <summary>Clears it.</summary>
    Deactivate = 2,
}

/// <summary>What an alarm says. The numbers are etcd's.</summary>
public enum AlarmKind : byte
{
    /// <summary>In a query: any alarm.</summary>
    None = 0,

    /// <summary>The member's store reached its quota: the cluster refuses writes that need space.</summary>
    NoSpace = 1,

    /// <summary>The member's data differ from the others': the cluster refuses all writes.</summary>
    Corrupt = 2,
}

/// <summary>An alarm that is on.</summary>
/// <param name="Member">The member that it is about.</param>
/// <param name="Kind">What is wrong.</param>
public readonly record struct Alarm(ulong Member, AlarmKind Kind) : IComparable<Alarm>
{
    /// <inheritdoc/>
    public int CompareTo(Alarm other) => Member != other.Member ? Member.CompareTo(other.Member) : Kind.CompareTo(other.Kind);

    /// <summary>Orders by member, then kind.</summary>
    public static bool operator <(Alarm left, Alarm right) => left.CompareTo(right) < 0;

    /// <summary>Orders by member, then kind.</summary>
    public static bool operator >(Alarm left, Alarm right) => left.CompareTo(right) > 0;

    /// <summary>Orders by member, then kind.</summary>
    public static bool operator <=(Alarm left, Alarm right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by member, then kind.</summary>
    public static bool operator >=(Alarm left, Alarm right) => left.CompareTo(right) >= 0;
}
