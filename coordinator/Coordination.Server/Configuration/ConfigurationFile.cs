using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Coordination.Server;

/// <summary>
/// Reads a configuration file in YAML, whose keys are the names of the flags; TLS settings may stand in sections, as in etcd.
/// </summary>
internal static class ConfigurationFile
{
    /// <summary>Sections, and what stands before a key of them in the name of the flag.</summary>
    private static readonly Dictionary<string, string> Sections = new(StringComparer.Ordinal)
    {
        ["client-transport-security"] = string.Empty,
        ["peer-transport-security"] = "peer-",
    };

    /// <summary>Keys of sections whose flags have names of their own.</summary>
    private static readonly Dictionary<string, string> KeysOfSections = new(StringComparer.Ordinal)
    {
        ["client-transport-security/allowed-hostname"] = "client-cert-allowed-hostname",
        ["peer-transport-security/allowed-cn"] = "peer-cert-allowed-cn",
        ["peer-transport-security/allowed-hostname"] = "peer-cert-allowed-hostname",
        ["client-transport-security/crl-file"] = "client-crl-file",
    };

    /// <summary>What stands in the file. A key without a value counts as absent.</summary>
    /// <param name="path">The name of the file, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <param name="report">Takes what is wrong with its form.</param>
    public static IReadOnlyList<GivenSetting> Read(string path, string text, ConfigurationReport report)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(reader);
        }
        catch (YamlException exception)
        {
            report.Refuse($"{path}, line {exception.Start.Line}: this is no YAML: {exception.Message.TrimEnd('.')}; correct the line.");
            return [];
        }

        List<GivenSetting> given = [];
        switch (stream.Documents)
        {
            case [] or [{ RootNode: YamlScalarNode { Value: null or "" } }]:
                break;
            case [{ RootNode: YamlMappingNode root }]:
                ReadRoot(path, root, given, report);
                break;
            default:
                report.Refuse($"{path} must be one list of keys and values, such as 'name: node-1'.");
                break;
        }

        return given;
    }

    private static void ReadRoot(string path, YamlMappingNode root, List<GivenSetting> given, ConfigurationReport report)
    {
        foreach ((YamlNode key, YamlNode value) in root.Children)
        {
            string name = Key(key);
            if (Sections.TryGetValue(name, out string? prefix) && value is YamlMappingNode section)
            {
                foreach ((YamlNode innerKey, YamlNode innerValue) in section.Children)
                {
                    string inner = Key(innerKey);
                    Add($"{name}/{inner}", KeysOfSections.GetValueOrDefault($"{name}/{inner}", prefix + inner), innerValue);
                }
            }
            else if (!Sections.ContainsKey(name) || value is not YamlScalarNode { Value: null or "" })
            {
                Add(name, name, value);
            }
        }

        void Add(string label, string name, YamlNode value)
        {
            string place = $"{path}, line {value.Start.Line}: {label}";
            if (TextOf(value) is not { } valueText)
            {
                report.Refuse($"{place} must be a single value, or a list of them.");
            }
            else if (valueText.Length > 0)
            {
                given.Add(new GivenSetting(SettingSource.File, place, name, valueText));
            }
        }
    }

    private static string Key(YamlNode key) => (key as YamlScalarNode)?.Value ?? string.Empty;

    private static string? TextOf(YamlNode value) => value switch
    {
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" or "~" } => string.Empty,
        YamlScalarNode scalar => scalar.Value ?? string.Empty,
        YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode) =>
            string.Join(',', list.Children.Select(item => ((YamlScalarNode)item).Value)),
        _ => null,
    };
}
