namespace Coordination.Server;

/// <summary>A flag that asks for a text instead of a node.</summary>
internal enum FlagRequest
{
    /// <summary><c>--help</c>.</summary>
    Help,

    /// <summary><c>--version</c>.</summary>
    Version,
}

/// <summary>
/// Splits a command line into flags and values by the rules of Go: one dash or two, the value behind an equals sign or as the next word,
/// except for switches, which take no next word.
/// </summary>
internal sealed class FlagReader
{
    private readonly List<GivenSetting> _given = [];

    private FlagReader()
    {
    }

    /// <summary>The flags that are settings, in their order.</summary>
    public IReadOnlyList<GivenSetting> Given => _given;

    public string? ConfigFile { get; private set; }

    public FlagRequest? Request { get; private set; }

    public static FlagReader Read(IReadOnlyList<string> arguments, ConfigurationReport report)
    {
        var flags = new FlagReader();
        for (int i = 0; i < arguments.Count && flags.Request is null; i++)
        {
            string argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-' || argument == "--")
            {
                report.Refuse($"'{argument}' is no flag; every flag begins with --, and a switch takes its value as --name=false.");
                continue;
            }

            string[] parts = argument[(argument[1] == '-' ? 2 : 1)..].Split('=', 2);
            string? value = parts.Length == 2 ? parts[1] : null;
            if (value is null && TakesNextWord(parts[0]))
            {
                if (i + 1 == arguments.Count)
                {
                    report.Refuse($"{argument} needs a value; write {argument}=VALUE.");
                    break;
                }

                value = arguments[++i];
            }

            flags.Add(parts[0], value ?? "true");
        }

        return flags;
    }

    private static bool TakesNextWord(string name) => name == "config-file" || SettingTable.Find(name) is { IsBoolean: false };

    private void Add(string name, string value)
    {
        switch (name)
        {
            case "h" or "help":
                Request = FlagRequest.Help;
                break;
            case "version":
                Request = FlagRequest.Version;
                break;
            case "config-file":
                ConfigFile = value;
                break;
            default:
                _given.Add(new GivenSetting(SettingSource.Flag, $"--{name}", name, value));
                break;
        }
    }
}
