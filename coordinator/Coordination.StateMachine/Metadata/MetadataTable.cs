using System.Collections.Immutable;

namespace Coordination.StateMachine;

/// <summary>
/// The cluster's metadata as the applying thread sees them. Each write that succeeds makes another snapshot, so what was published before
/// stays as it was.
/// </summary>
internal sealed class MetadataTable(MetadataSnapshot initial, StateChanges changes)
{
    /// <summary>The table after the last command, whether or not that is committed to the store.</summary>
    public MetadataSnapshot Current { get; private set; } = initial;

    /// <summary>Writes all rows of a command or none.</summary>
    public MetadataWriteResult Apply(MetadataWriteCommand command)
    {
        foreach (var write in command.Writes)
        {
            if (!write.Condition.Allows(Current.Rows.GetValueOrDefault(write.Key)))
            {
                return new MetadataWriteResult(false, Current.Version);
            }
        }

        long version = Current.Version + 1;
        var rows = Current.Rows.ToBuilder();
        foreach (var write in command.Writes)
        {
            Write(rows, write, version);
        }

        Current = new MetadataSnapshot(version, rows.ToImmutable());
        changes.SetMetadataVersion(version);
        return new MetadataWriteResult(true, version);
    }

    private void Write(ImmutableSortedDictionary<string, MetadataRow>.Builder rows, MetadataWrite write, long version)
    {
        if (write.Value is not { } value)
        {
            rows.Remove(write.Key);
            changes.RemoveMetadata(write.Key);
            return;
        }

        // A copy: the value is a slice of the log's entry, which is to be forgotten before the row is.
        var row = new MetadataRow(value.ToArray(), version);
        rows[write.Key] = row;
        changes.SetMetadata(write.Key, row);
    }
}
