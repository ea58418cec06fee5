namespace Coordination.Client;

/// <summary>What the keys of an answer are sorted by.</summary>
public enum SortBy
{
    /// <summary>The key, bytewise.</summary>
    Key = 0,

    /// <summary>The number of changes since creation.</summary>
    Version = 1,

    /// <summary>The revision of creation.</summary>
    CreateRevision = 2,

    /// <summary>The revision of the last change.</summary>
    ModRevision = 3,

    /// <summary>The value, bytewise.</summary>
    Value = 4,
}
