namespace Coordination.StateMachine.Model;

/// <summary>The cluster's metadata, for <see cref="NaiveState"/>.</summary>
internal readonly struct NaiveMetadata(NaiveState state)
{
    public MetadataWriteResult Write(MetadataWriteCommand command)
    {
        var before = state.Moment;
        if (!command.Writes.All(write => Holds(write.Condition, before.Metadata.GetValueOrDefault(write.Key).Version)))
        {
            return new MetadataWriteResult(false, before.MetadataVersion);
        }

        long version = before.MetadataVersion + 1;
        var gone = command.Writes.Where(write => write.Value is null).Select(write => write.Key);
        var written = command.Writes.Where(write => write.Value is not null)
            .Select(write => KeyValuePair.Create(write.Key, (version, Convert.ToHexString(write.Value!.Value.Span))));
        state.Set(before with { MetadataVersion = version, Metadata = before.Metadata.RemoveRange(gone).SetItems(written) });
        return new MetadataWriteResult(true, version);
    }

    /// <summary>Whether a condition holds of a row with that version; 0 when there is none.</summary>
    private static bool Holds(MetadataCondition condition, long version) => condition.Kind switch
    {
        MetadataConditionKind.None => true,
        MetadataConditionKind.Absent => version == 0,
        MetadataConditionKind.Present => version > 0,
        _ => version > 0 && version == condition.Version,
    };
}
