namespace Coordination.Proxy;

/// <summary>A setting of the program: one name for the command line, the environment and the configuration file.</summary>
/// <param name="Name">Its name, such as <c>state-file</c>.</param>
/// <param name="Form">What its value is, such as <c>URL,...</c>.</param>
/// <param name="Help">What it does, in a sentence, with its default.</param>
/// <param name="Read">Puts a value into the settings; what is wrong with it, or null.</param>
internal sealed record Setting(string Name, string Form, string Help, Func<ProxySettings, string, string?> Read)
{
    private const string EnvironmentPrefix = "COORDINATION_PROXY_";

    public string Flag => $"--{Name}";

    public string EnvironmentName => EnvironmentPrefix + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>A setting that is text.</summary>
    public static Setting Text(string name, string form, string help, Action<ProxySettings, string> set) => new(
        name, form, help, (settings, text) =>
        {
            set(settings, text);
            return null;
        });

    /// <summary>A setting whose text has to make sense.</summary>
    public static Setting Of<T>(
        string name, string form, string help, string complaint, Func<string, T?> parse, Action<ProxySettings, T> set)
        where T : struct => new(name, form, help, (settings, text) =>
        {
            if (parse(text) is not { } value)
            {
                return complaint;
            }

            set(settings, value);
            return null;
        });

    /// <summary>A setting that is a span of time.</summary>
    public static Setting Duration(string name, string help, Action<ProxySettings, TimeSpan> set) =>
        Of(name, "TIME", help, Durations.Complaint, Durations.Find, set);

    /// <summary>A setting that is a list of URLs that match a rule.</summary>
    public static Setting Urls(
        string name, string help, string complaint, Func<Uri, bool> isRight, Action<ProxySettings, IReadOnlyList<Uri>> set) => new(
        name, "URL,...", help, (settings, text) =>
        {
            List<Uri> urls = [];
            foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!Uri.TryCreate(part, UriKind.Absolute, out var url) || !isRight(url))
                {
                    return $"{complaint} ('{part}')";
                }

                urls.Add(url);
            }

            set(settings, urls);
            return null;
        });
}
