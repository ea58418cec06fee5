using Coordination.Replication;
using Coordination.Silo;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>
/// The silo's table in the cluster's own metadata, so that the membership of the silos is as safe as any other write. It has a part of the
/// rows to itself: the silo may delete everything that it sees. Versions are those of the metadata as a whole, so they also grow when
/// others write. Thread-safe.
/// </summary>
internal sealed class ReplicatedClusterTable(ClusterMetadata metadata) : IClusterTable
{
    /// <summary>What the keys of the silo's rows begin with in the metadata. Stored: it must not change.</summary>
    private const string KeyPrefix = "silo-membership/";

    /// <inheritdoc/>
    public async Task<ClusterTableSnapshot> ReadAllAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var read = await metadata.ReadAsync().WaitAsync(cancellationToken);
        return read.IsConfirmed
            ? OwnRows(read.Snapshot)
            : throw new ClusterTableUnavailableException($"The cluster's table could not be read: {read.End}.");
    }

    /// <inheritdoc/>
    public async Task<bool> TryWriteAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writes);
        cancellationToken.ThrowIfCancellationRequested();
        var outcome = await metadata.TryWriteAsync([.. writes.Select(ToMetadata)]).WaitAsync(cancellationToken);
        return outcome.End switch
        {
            MetadataWriteEnd.Written => true,
            MetadataWriteEnd.ConditionFailed => false,
            _ => throw new ClusterTableUnavailableException($"The cluster's table could not be written: {outcome.End}."),
        };
    }

    private static ClusterTableSnapshot OwnRows(MetadataSnapshot snapshot)
    {
        var rows = new Dictionary<string, ClusterTableRow>(StringComparer.Ordinal);
        foreach (var (key, row) in snapshot.Rows)
        {
            if (key.StartsWith(KeyPrefix, StringComparison.Ordinal))
            {
                rows.Add(key[KeyPrefix.Length..], new ClusterTableRow(row.Value, row.Version));
            }
        }

        return new ClusterTableSnapshot(snapshot.Version, rows);
    }

    private static MetadataWrite ToMetadata(RowWrite write) => new(KeyPrefix + write.Key, ToMetadataCondition(write), write.Value);

    private static MetadataCondition ToMetadataCondition(RowWrite write) => write.Condition switch
    {
        RowCondition.Absent => MetadataCondition.Absent,
        RowCondition.Present => MetadataCondition.Present,
        RowCondition.AtVersion => MetadataCondition.AtVersion(write.Version),
        _ => throw new ArgumentException($"There is no row condition {write.Condition}.", nameof(write)),
    };
}
