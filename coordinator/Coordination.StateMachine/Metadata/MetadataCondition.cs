namespace Coordination.StateMachine;

/// <summary>What must be true of a row for a write of metadata to happen.</summary>
public readonly record struct MetadataCondition
{
    private MetadataCondition(MetadataConditionKind kind, long version)
    {
        Kind = kind;
        Version = version;
    }

    /// <summary>Nothing.</summary>
    public static MetadataCondition None => default;

    /// <summary>There is no such row.</summary>
    public static MetadataCondition Absent => new(MetadataConditionKind.Absent, 0);

    /// <summary>There is such a row, whatever is in it.</summary>
    public static MetadataCondition Present => new(MetadataConditionKind.Present, 0);

    /// <summary>Which kind of condition it is.</summary>
    public MetadataConditionKind Kind { get; }

    /// <summary>The version that <see cref="MetadataConditionKind.AtVersion"/> asks for; 0 with the others.</summary>
    public long Version { get; }

    /// <summary>The row has this version.</summary>
    public static MetadataCondition AtVersion(long version) => new(MetadataConditionKind.AtVersion, version);

    /// <summary>Whether the condition holds.</summary>
    /// <param name="row">The row; null when there is none.</param>
    public bool Allows(MetadataRow? row) => Kind switch
    {
        MetadataConditionKind.None => true,
        MetadataConditionKind.Absent => row is null,
        MetadataConditionKind.Present => row is not null,
        MetadataConditionKind.AtVersion => row is not null && row.Version == Version,
        _ => throw new InvariantViolationException($"There is no condition {Kind} on a row of metadata."),
    };
}

/// <summary>The kinds of <see cref="MetadataCondition"/>. The numbers stand in the log.</summary>
public enum MetadataConditionKind : byte
{
    /// <summary>Nothing is asked.</summary>
    None = 0,

    /// <summary>There is no such row.</summary>
    Absent = 1,

    /// <summary>There is such a row.</summary>
    Present = 2,

    /// <summary>The row has a certain version.</summary>
    AtVersion = 3,
}
