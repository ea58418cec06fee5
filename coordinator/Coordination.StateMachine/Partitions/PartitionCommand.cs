namespace Coordination.StateMachine;

/// <summary>
/// A step of moving keys between partitions. Each may be repeated: the second time it changes nothing and gives the same answer.
/// </summary>
public abstract record PartitionCommand : Command;

/// <summary>
/// Gives the keys of a prefix away, from the next revision on. They are deleted without anybody being told, and detached from their leases,
/// to which <paramref name="Target"/> is attached instead. What lies inside and was given away before goes along. Answers with a
/// <see cref="DelegateResult"/>; refused with <see cref="ApplyError.WrongPartition"/> if another partition has the prefix already, or if
/// a prefix was taken back since the caller looked.
/// </summary>
/// <param name="Prefix">The prefix: not empty, and inside the partition's own.</param>
/// <param name="Target">The new owner.</param>
/// <param name="Adoptions">
/// <see cref="Ownership.Adoptions"/> before the caller made sure that the new owner is wanted: a command that was on its way for so long that
/// the new owner has come and gone since would give the keys to nobody.
/// </param>
public sealed record DelegatePrefixCommand(byte[] Prefix, uint Target, long Adoptions = 0) : PartitionCommand;

/// <summary>The new owner has every key that it was given: their history need not be kept any longer.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Target">The new owner.</param>
public sealed record DelegationFinishedCommand(byte[] Prefix, uint Target) : PartitionCommand;

/// <summary>
/// Takes keys over into a new partition, as they are. Chunks come one after the other; one that was taken before is taken as done, any
/// other refused with <see cref="ApplyError.WrongChunk"/>.
/// </summary>
/// <param name="Chunk">The number of the chunk, from 0.</param>
/// <param name="Keys">The keys in order, behind those of the chunks before.</param>
public sealed record ReceiveCommand(long Chunk, IReadOnlyList<StoredVersion> Keys) : PartitionCommand;

/// <summary>Ends the receiving: the partition serves from now on, with nothing to read before the revision.</summary>
/// <param name="Revision">
/// The current revision from then on; refused with <see cref="ApplyError.FutureRevision"/> if a key was changed after it.
/// </param>
/// <param name="Inner">What of its keys other partitions have.</param>
public sealed record ServeCommand(long Revision, IReadOnlyList<Delegation> Inner) : PartitionCommand;

/// <summary>
/// Ends a partition. Answers with a <see cref="RetireResult"/>; refused with <see cref="ApplyError.NotEmpty"/> while it has keys, or keys
/// that it gave away are still to be copied.
/// </summary>
public sealed record RetireCommand : PartitionCommand;

/// <summary>
/// Takes a prefix back whose owner has retired. What happened to its keys meanwhile is not known here, so history is compacted.
/// </summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="From">The partition that retired.</param>
/// <param name="Revision">A revision that the partition here skips to, unless it is there already: at least the retired one's last.</param>
/// <param name="Inner">What the retired partition had given away.</param>
public sealed record AdoptPrefixCommand(byte[] Prefix, uint From, long Revision, IReadOnlyList<Delegation> Inner) : PartitionCommand;
