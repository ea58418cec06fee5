namespace Coordination.Recipes;

/// <summary>Which versions of a document there are, and who sees which.</summary>
/// <param name="Last">The number of the newest version.</param>
/// <param name="Current">The version that is in force; 0 for none.</param>
/// <param name="Gray">The version that is tried out; null for none.</param>
internal sealed record ConfigurationState(long Last, long Current, GrayRelease? Gray)
{
    /// <summary>The version for an instance with these labels.</summary>
    public long VersionFor(IReadOnlyDictionary<string, string> labels) =>
        Gray is not null && Gray.Labels.All(label => labels.TryGetValue(label.Key, out var value) && label.Value.Contains(value))
            ? Gray.Version
            : Current;
}

/// <summary>A version that only some instances see.</summary>
/// <param name="Version">The version.</param>
/// <param name="Labels">Every label that an instance has to have, with the values that it can have.</param>
internal sealed record GrayRelease(long Version, IReadOnlyDictionary<string, IReadOnlyList<string>> Labels);
