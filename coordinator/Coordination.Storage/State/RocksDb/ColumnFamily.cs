namespace Coordination.Storage;

/// <summary>
/// The parts of a state store, each with keys of its own. The values are positions in <see cref="RocksDbDatabase.FamilyNames"/>.
/// </summary>
internal enum ColumnFamily
{
    /// <summary>RocksDB insists on it; empty.</summary>
    Default,

    /// <summary>Changes of keys by revision.</summary>
    Revisions,

    /// <summary>Leases by id.</summary>
    Leases,

    /// <summary>One record about the state as a whole, and the cluster's metadata: one record for each row, and one for their version.</summary>
    Metadata,
}
