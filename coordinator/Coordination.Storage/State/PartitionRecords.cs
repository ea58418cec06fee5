using System.Text;
using Coordination.StateMachine;

namespace Coordination.Storage;

/// <summary>
/// What the state machine keeps about the partition itself in a <see cref="RocksDbStateStore"/>: rows whose bytes are its own business.
/// </summary>
internal sealed class PartitionRecords(RocksDbDatabase database)
{
    /// <summary>What the keys of rows begin with.</summary>
    private static ReadOnlySpan<byte> Begin => "partition/"u8;

    /// <summary>The first key after those of rows.</summary>
    private static ReadOnlySpan<byte> End => "partition0"u8;

    /// <summary>The key under which a row is stored.</summary>
    public static byte[] EncodeKey(string key) => [.. Begin, .. Encoding.ASCII.GetBytes(key)];

    /// <summary>Reads all rows.</summary>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Load()
    {
        using var iterator = database.Iterate(ColumnFamily.Metadata, Begin, End);
        while (iterator.MoveNext())
        {
            yield return KeyValuePair.Create(
                Encoding.ASCII.GetString(iterator.Key[Begin.Length..]), new ReadOnlyMemory<byte>(iterator.Value.ToArray()));
        }
    }

    /// <summary>Adds what changed to the batch of a commit.</summary>
    public void Add(IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> rows)
    {
        foreach (var (key, row) in rows)
        {
            if (row is { } kept)
            {
                database.Batch.Put(ColumnFamily.Metadata, EncodeKey(key), kept.Span);
            }
            else
            {
                database.Batch.Delete(ColumnFamily.Metadata, EncodeKey(key));
            }
        }
    }
}
