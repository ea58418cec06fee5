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

    /// <summary>One record with everything else.</summary>
    Metadata,
}
