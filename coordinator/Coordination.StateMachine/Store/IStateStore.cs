namespace Coordination.StateMachine;

/// <summary>
/// Where a partition's state lies: changes of keys by revision, leases by id, rows of the cluster's metadata by key, rows about the
/// partition itself, and what is known of the state as a whole. One thread commits; any thread may read meanwhile, and sees each commit
/// whole or not at all. A commit survives the process only after the store's owner made it durable: the log is the memory of what was not.
/// </summary>
public interface IStateStore
{
    /// <summary>What the last commit said of the state as a whole; that of an empty store when there was none.</summary>
    StoreMetadata LoadMetadata();

    /// <summary>All leases, in any order.</summary>
    IEnumerable<StoredLease> LoadLeases();

    /// <summary>The cluster's metadata; empty when nothing of them was ever written.</summary>
    MetadataSnapshot LoadClusterMetadata();

    /// <summary>What the state machine keeps about the partition itself, in any order; opaque to the store.</summary>
    IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> LoadPartitionRows();

    /// <summary>
    /// The changes from <paramref name="from"/> on, up to and including revision <paramref name="toMain"/>, in order, of one moment after
    /// the enumeration began. The memory of a change's key and value is valid until the next change is asked for.
    /// </summary>
    IEnumerable<StoredVersion> Scan(Revision from, long toMain);

    /// <summary>The value of one change, or null when the record is not there (any more).</summary>
    byte[]? FindValue(Revision revision);

    /// <summary>Writes changes and metadata at once.</summary>
    void Commit(StateChanges changes, StoreMetadata metadata);
}
