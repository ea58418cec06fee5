using Coordination.Raft;
using Coordination.Storage;

namespace Coordination.Replication;

/// <summary>Where a replica keeps things: its part of the node's log, and its own store.</summary>
internal sealed record ReplicaStorage(PartitionId Partition, RocksDbStateStore Store, GroupCommitter Committer);
