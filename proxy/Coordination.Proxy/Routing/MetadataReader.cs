using System.Globalization;

namespace Coordination.Proxy;

/// <summary>Makes entries of the metadata of an instance, which are all text.</summary>
internal sealed class MetadataReader
{
    private readonly IReadOnlyDictionary<string, string> _metadata;
    private readonly List<string> _errors = [];

    private MetadataReader(IReadOnlyDictionary<string, string> metadata)
    {
        _metadata = metadata;
    }

    /// <summary>The route that the metadata declare; null when they declare none, or one that makes no sense.</summary>
    public static RouteEntry? ReadRoute(IReadOnlyDictionary<string, string> metadata, out IReadOnlyList<string> errors)
    {
        var reader = new MetadataReader(metadata);
        var entry = new RouteEntry
        {
            Path = metadata.GetValueOrDefault(MetadataKeys.Path),
            Strip = reader.Truth(MetadataKeys.Strip),
            Hosts = reader.List(MetadataKeys.Host),
            Headers = reader.Pairs(MetadataKeys.Header),
            Grpc = reader.List(MetadataKeys.Grpc),
            Order = reader.Number(MetadataKeys.Order),
        };
        errors = reader._errors;
        return errors.Count == 0 && entry != new RouteEntry() ? entry : null;
    }

    /// <summary>What the metadata say about the service.</summary>
    public static ServiceEntry ReadService(IReadOnlyDictionary<string, string> metadata, out IReadOnlyList<string> errors)
    {
        var reader = new MetadataReader(metadata);
        var entry = new ServiceEntry
        {
            Expose = reader.Truth(MetadataKeys.Expose),
            Http = metadata.GetValueOrDefault(MetadataKeys.Http),
            Balancing = metadata.GetValueOrDefault(MetadataKeys.Balancing),
            Hash = metadata.GetValueOrDefault(MetadataKeys.Hash),
            Sticky = metadata.GetValueOrDefault(MetadataKeys.Sticky),
            SlowStart = metadata.GetValueOrDefault(MetadataKeys.SlowStart),
            Panic = metadata.GetValueOrDefault(MetadataKeys.Panic),
            Health = new HealthEntry
            {
                Path = metadata.GetValueOrDefault(MetadataKeys.HealthPath),
                Interval = metadata.GetValueOrDefault(MetadataKeys.HealthInterval),
                Timeout = metadata.GetValueOrDefault(MetadataKeys.HealthTimeout),
            },
            EjectAfter = reader.Number(MetadataKeys.EjectAfter),
            Retries = reader.Number(MetadataKeys.Retries),
            TryTimeout = metadata.GetValueOrDefault(MetadataKeys.TryTimeout),
            Timeout = metadata.GetValueOrDefault(MetadataKeys.Timeout),
            IdleTimeout = metadata.GetValueOrDefault(MetadataKeys.IdleTimeout),
        };
        errors = reader._errors;
        return entry;
    }

    private bool? Truth(string key) => _metadata.GetValueOrDefault(key) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => Refuse<bool>(key, text, "is neither 'true' nor 'false'"),
    };

    private int? Number(string key) => _metadata.GetValueOrDefault(key) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var text => Refuse<int>(key, text, "is no whole number"),
    };

    private string[]? List(string key) => _metadata.TryGetValue(key, out var text)
        ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : null;

    /// <summary>Pairs as <c>name=value; name=value</c>.</summary>
    private Dictionary<string, string>? Pairs(string key)
    {
        if (!_metadata.TryGetValue(key, out var text))
        {
            return null;
        }

        Dictionary<string, string> pairs = new(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var value] || !pairs.TryAdd(name, value))
            {
                Refuse<bool>(key, text, "is no list of different 'name=value', with semicolons between them");
                return null;
            }
        }

        return pairs;
    }

    private T? Refuse<T>(string key, string text, string complaint)
        where T : struct
    {
        _errors.Add($"{key} '{text}' {complaint}.");
        return null;
    }
}
