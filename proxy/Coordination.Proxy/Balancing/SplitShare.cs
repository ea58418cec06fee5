namespace Coordination.Proxy;

/// <summary>A share of the requests for some of the instances.</summary>
/// <param name="Version">The version that they have to have; null for any.</param>
/// <param name="Tag">The tag that they have to have; null for any.</param>
/// <param name="Weight">The share, in proportion to the others'.</param>
internal sealed record SplitShare(string? Version, string? Tag, int Weight)
{
    public bool Takes(DestinationTraits traits) =>
        (Version is null || traits.Version == Version) && (Tag is null || traits.Tags.Contains(Tag, StringComparer.Ordinal));
}
