namespace Coordination.Client;

/// <summary>Which keys of a range are read, and in which order.</summary>
public sealed record RangeOptions
{
    internal static readonly RangeOptions Default = new();

    /// <summary>How they are read.</summary>
    /// <value>The default is the current revision, never stale, with values.</value>
    public ReadOptions Read { get; init; } = ReadOptions.Default;

    /// <summary>The largest number of keys in the answer; 0 for all.</summary>
    /// <value>The default is 0.</value>
    public long Limit { get; init; }

    /// <summary>True for the number of keys alone.</summary>
    /// <value>The default is false.</value>
    public bool CountOnly { get; init; }

    /// <summary>What keys are sorted by.</summary>
    /// <value>The default is <see cref="SortBy.Key"/>.</value>
    public SortBy SortBy { get; init; } = SortBy.Key;

    /// <summary>True to begin with the largest.</summary>
    /// <value>The default is false.</value>
    public bool Descending { get; init; }

    /// <summary>
    /// Only keys that were created at this revision or before; 0 for all. Does not change <see cref="RangeResult.Count"/>.
    /// </summary>
    /// <value>The default is 0.</value>
    public long MaxCreateRevision { get; init; }
}
