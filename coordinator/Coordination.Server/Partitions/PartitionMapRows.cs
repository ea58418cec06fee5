using System.Globalization;
using System.Text.Json;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>The map as it lies in the cluster's metadata: a row for each partition but the first, and one that counts. Stored.</summary>
internal static class PartitionMapRows
{
    /// <summary>
    /// The row that every change of the map writes, at the version that it began with, so that changes come one after another. It holds the
    /// number of the next partition.
    /// </summary>
    public const string NextId = "partitions-next";

    private const string KeyPrefix = "partitions/";

    /// <summary>The key of a partition's row.</summary>
    public static string KeyOf(uint partition) => string.Create(CultureInfo.InvariantCulture, $"{KeyPrefix}{partition:x8}");

    /// <summary>A partition's row.</summary>
    public static byte[] Encode(PartitionEntry entry) =>
        JsonSerializer.SerializeToUtf8Bytes(entry, PartitionEntryJson.Default.PartitionEntry);

    /// <summary>The counting row.</summary>
    public static byte[] EncodeNextId(uint next) => JsonSerializer.SerializeToUtf8Bytes(next);

    /// <summary>The number of the next partition.</summary>
    public static uint DecodeNextId(MetadataSnapshot metadata) =>
        metadata.Rows.TryGetValue(NextId, out MetadataRow? row) ? JsonSerializer.Deserialize<uint>(row.Value.Span) : 1;

    /// <summary>The version of the counting row; 0 when there is none.</summary>
    public static long FindCounterVersion(MetadataSnapshot metadata) =>
        metadata.Rows.TryGetValue(NextId, out MetadataRow? row) ? row.Version : 0;

    /// <summary>All partitions but the first.</summary>
    public static IEnumerable<PartitionEntry> Decode(MetadataSnapshot metadata)
    {
        foreach ((string key, MetadataRow row) in metadata.Rows)
        {
            if (key.StartsWith(KeyPrefix, StringComparison.Ordinal))
            {
                yield return JsonSerializer.Deserialize(row.Value.Span, PartitionEntryJson.Default.PartitionEntry)
                    ?? throw new JsonException($"The row {key} of the cluster's metadata is empty.");
            }
        }
    }
}
