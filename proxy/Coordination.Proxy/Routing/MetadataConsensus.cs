using System.Text;

namespace Coordination.Proxy;

/// <summary>
/// What the instances of a service say together, when they do not say the same: what most of them say counts, whole, and of equally many
/// what the instance with the first id says. Every proxy that sees the same instances comes to the same.
/// </summary>
/// <param name="Speaker">An instance that says it; null when there is no instance.</param>
/// <param name="Others">The ids of those that say something else.</param>
internal sealed record MetadataConsensus(ServiceInstance? Speaker, IReadOnlyList<string> Others)
{
    public static MetadataConsensus Of(IReadOnlyCollection<ServiceInstance> instances)
    {
        // Those that go have no say, unless all go: what is new comes in with others.
        var staying = instances.Where(instance => !instance.IsDraining).ToList();
        var voters = staying.Count > 0 ? staying : [.. instances];
        var groups = voters.OrderBy(instance => instance.Id, StringComparer.Ordinal)
            .GroupBy(Canonical, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count())
            .ToList();
        return groups.Count == 0
            ? new MetadataConsensus(null, [])
            : new MetadataConsensus(groups[0].First(), [.. groups.Skip(1).SelectMany(group => group).Select(instance => instance.Id)]);
    }

    /// <summary>What an instance says about its service, in one order.</summary>
    private static string Canonical(ServiceInstance instance)
    {
        if (instance.Metadata.Count == 0)
        {
            return string.Empty;
        }

        var text = new StringBuilder();
        foreach (var (key, value) in instance.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (key.StartsWith(MetadataKeys.Prefix, StringComparison.Ordinal) && key != MetadataKeys.Scheme)
            {
                // No key and no value can pretend to be the end of another.
                text.Append(key.Length).Append(':').Append(key).Append(value.Length).Append(':').Append(value);
            }
        }

        return text.ToString();
    }
}
