using Coordination.StateMachine;

namespace Coordination.Storage;

/// <summary>The cluster's metadata in a <see cref="RocksDbStateStore"/>, which calls this and handles what cannot be read.</summary>
internal sealed class ClusterMetadataRows(RocksDbDatabase database)
{
    /// <summary>Reads the table.</summary>
    /// <exception cref="InvalidDataException">A record is not one that can have been written.</exception>
    public MetadataSnapshot Load()
    {
        long version = database.Read(ColumnFamily.Metadata, ClusterMetadataRecord.VersionKey, ClusterMetadataRecord.DecodeVersion);
        return MetadataSnapshot.Of(version, Read(version));
    }

    /// <summary>Adds what changed to the batch of a commit.</summary>
    public void Add(StateChanges changes)
    {
        if (changes.MetadataVersion is not { } version)
        {
            return;
        }

        Span<byte> versionRecord = stackalloc byte[ClusterMetadataRecord.VersionBytes];
        ClusterMetadataRecord.EncodeVersion(version, versionRecord);
        database.Batch.Put(ColumnFamily.Metadata, ClusterMetadataRecord.VersionKey, versionRecord);
        foreach (var (key, row) in changes.MetadataRows)
        {
            byte[] rowKey = ClusterMetadataRecord.EncodeKey(key);
            if (row is null)
            {
                database.Batch.Delete(ColumnFamily.Metadata, rowKey);
                continue;
            }

            byte[] record = new byte[ClusterMetadataRecord.SizeOf(row)];
            ClusterMetadataRecord.Encode(row, record);
            database.Batch.Put(ColumnFamily.Metadata, rowKey, record);
        }
    }

    private IEnumerable<KeyValuePair<string, MetadataRow>> Read(long tableVersion)
    {
        using var iterator = database.Iterate(
            ColumnFamily.Metadata, ClusterMetadataRecord.RowsBegin, ClusterMetadataRecord.RowsEnd);
        while (iterator.MoveNext())
        {
            yield return KeyValuePair.Create(
                ClusterMetadataRecord.DecodeKey(iterator.Key), ClusterMetadataRecord.Decode(iterator.Value, tableVersion));
        }
    }
}
