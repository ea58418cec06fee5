namespace Coordination.Silo;

/// <summary>What must be true of a row for a write to happen.</summary>
public enum RowCondition
{
    /// <summary>There is no such row.</summary>
    Absent,

    /// <summary>There is such a row, whatever is in it.</summary>
    Present,

    /// <summary>The row has the version that the write names.</summary>
    AtVersion,
}

/// <summary>The write of one row of a cluster table, with its condition.</summary>
public sealed record RowWrite
{
    private RowWrite(string key, RowCondition condition, long version, ReadOnlyMemory<byte>? value)
    {
        Key = key;
        Condition = condition;
        Version = version;
        Value = value;
    }

    /// <summary>Which row.</summary>
    public string Key { get; }

    /// <summary>What must be true of it.</summary>
    public RowCondition Condition { get; }

    /// <summary>The version that <see cref="RowCondition.AtVersion"/> asks for; 0 with the others.</summary>
    public long Version { get; }

    /// <summary>What is written; null deletes the row.</summary>
    public ReadOnlyMemory<byte>? Value { get; }

    /// <summary>Adds a row that must not be there.</summary>
    public static RowWrite Insert(string key, ReadOnlyMemory<byte> value) => new(key, RowCondition.Absent, 0, value);

    /// <summary>Replaces a row that must have that version.</summary>
    public static RowWrite Replace(string key, long version, ReadOnlyMemory<byte> value) =>
        new(key, RowCondition.AtVersion, version, value);

    /// <summary>Replaces a row that must be there, whatever is in it.</summary>
    public static RowWrite Overwrite(string key, ReadOnlyMemory<byte> value) => new(key, RowCondition.Present, 0, value);

    /// <summary>Deletes a row that must have that version.</summary>
    public static RowWrite Delete(string key, long version) => new(key, RowCondition.AtVersion, version, null);

    /// <summary>Whether the condition holds.</summary>
    /// <param name="currentVersion">The version of the row; null when there is none.</param>
    public bool Allows(long? currentVersion) => Condition switch
    {
        RowCondition.Absent => currentVersion is null,
        RowCondition.Present => currentVersion is not null,
        RowCondition.AtVersion => currentVersion == Version,
        _ => throw new InvalidOperationException($"There is no row condition {Condition}."),
    };
}
