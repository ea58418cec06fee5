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

    /// <summary>A record about the state as a whole, one for the version of the cluster's metadata, and one for each row of them.</summary>
    Metadata,
}
