using System.Globalization;

namespace Coordination.Proxy;

/// <summary>What the proxy has to know of an instance beside its address; it travels as the metadata of a destination.</summary>
/// <param name="Weight">Its share of the requests, in proportion to those of the others.</param>
/// <param name="Zone">The part of the world that it is in; null for none.</param>
/// <param name="Version">The version of its program; null when it does not say.</param>
/// <param name="Tags">Its tags.</param>
internal sealed record DestinationTraits(int Weight, string? Zone, string? Version, IReadOnlyList<string> Tags)
{
    private const int WeightDefault = 100;
    private const string WeightKey = "weight";
    private const string ZoneKey = "zone";
    private const string VersionKey = "version";
    private const string TagsKey = "tags";

    public static IReadOnlyDictionary<string, string> Write(ServiceInstance instance)
    {
        Dictionary<string, string> metadata = new(StringComparer.OrdinalIgnoreCase)
        {
            [WeightKey] = Math.Max(instance.Weight, 0).ToString(CultureInfo.InvariantCulture),
        };
        if (instance.Zone is { } zone)
        {
            metadata[ZoneKey] = zone;
        }

        if (instance.Version is { } version)
        {
            metadata[VersionKey] = version;
        }

        if (instance.Tags.Count > 0)
        {
            metadata[TagsKey] = string.Join('\n', instance.Tags);
        }

        return metadata;
    }

    /// <summary>The traits of a destination; those of one that the proxy did not make are the defaults.</summary>
    public static DestinationTraits Read(IReadOnlyDictionary<string, string>? metadata) => metadata is null
        ? new DestinationTraits(WeightDefault, null, null, [])
        : new DestinationTraits(
            int.TryParse(metadata.GetValueOrDefault(WeightKey), CultureInfo.InvariantCulture, out var weight) ? weight : WeightDefault,
            metadata.GetValueOrDefault(ZoneKey),
            metadata.GetValueOrDefault(VersionKey),
            metadata.GetValueOrDefault(TagsKey)?.Split('\n') ?? []);
}
