using Coordination.Raft;

namespace Coordination.Transport;

/// <summary>A request that a member hands to another one, the partition's leader as a rule.</summary>
/// <param name="Partition">The partition that it is about.</param>
/// <param name="Kind">What the payload is, in numbers of those who forward and answer.</param>
/// <param name="Payload">Bytes that the transport does not read.</param>
public readonly record struct ForwardRequest(PartitionId Partition, byte Kind, ReadOnlyMemory<byte> Payload);

/// <summary>What came of a request where it was answered.</summary>
/// <param name="Failure">Zero for success; other codes belong to those who forward and answer.</param>
/// <param name="Payload">Bytes that the transport does not read.</param>
public readonly record struct ForwardAnswer(uint Failure, ReadOnlyMemory<byte> Payload);
