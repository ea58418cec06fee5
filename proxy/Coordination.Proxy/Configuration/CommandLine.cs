namespace Coordination.Proxy;

/// <summary>
/// Reads all settings: the command line comes before the environment, and that before the configuration file. Whatever is wrong is said at
/// once, not one by one.
/// </summary>
internal static class CommandLine
{
    private const string ConfigFile = "config-file";
    private const string ConfigFileVariable = "COORDINATION_PROXY_CONFIG_FILE";

    /// <summary>Reads the settings.</summary>
    /// <param name="arguments">The command line, without the name of the program.</param>
    /// <param name="environment">All environment variables.</param>
    /// <param name="readFile">
    /// Reads a file; throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when it cannot.
    /// </param>
    public static CommandLineResult Read(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, Func<string, string> readFile)
    {
        if (arguments.Any(argument => argument is "--help" or "-h"))
        {
            return new CommandLineResult.Show(HelpText.Help());
        }

        if (arguments.Contains("--version"))
        {
            return new CommandLineResult.Show(HelpText.Version());
        }

        List<string> errors = [];
        var flags = ReadFlags(arguments, errors);
        var file = flags.LastOrDefault(flag => flag.Name == ConfigFile)?.Value ?? environment.GetValueOrDefault(ConfigFileVariable);
        var given = (string.IsNullOrEmpty(file) ? [] : ConfigurationFile.Read(file, readFile, errors))
            .Concat(ReadEnvironment(environment))
            .Concat(flags.Where(flag => flag.Name != ConfigFile));

        var settings = new ProxySettings();
        foreach (var last in given.GroupBy(setting => setting.Name, StringComparer.Ordinal).Select(group => group.Last()))
        {
            if (SettingTable.Find(last.Name) is not { } setting)
            {
                errors.Add($"{last.Label} is no setting; --help lists them all.");
            }
            else if (setting.Read(settings, last.Value) is { } complaint)
            {
                errors.Add($"{last.Label} '{last.Value}' {complaint}.");
            }
        }

        errors.AddRange(FindErrors(settings));
        return errors.Count > 0 ? new CommandLineResult.Refuse(errors) : new CommandLineResult.Run(settings);
    }

    private static IEnumerable<string> FindErrors(ProxySettings settings)
    {
        if (settings.Proxy.Coordinators.Count == 0)
        {
            yield return "--coordinators is missing: give the client URL of at least one member, such as http://127.0.0.1:2379.";
        }
        else
        {
            foreach (var error in settings.Proxy.FindErrors())
            {
                yield return error;
            }
        }

        if (settings.Listen.Count + settings.ListenHttp2.Count == 0)
        {
            yield return "--listen and --listen-http2 are both empty: nobody could send a request.";
        }
    }

    /// <summary>The flags, as <c>--name=value</c> or <c>--name value</c>.</summary>
    private static List<GivenSetting> ReadFlags(IReadOnlyList<string> arguments, List<string> errors)
    {
        List<GivenSetting> flags = [];
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                errors.Add($"'{argument}' belongs to no flag.");
                continue;
            }

            var parts = argument[2..].Split('=', 2);
            if (parts.Length == 2)
            {
                flags.Add(new GivenSetting($"--{parts[0]}", parts[0], parts[1]));
            }
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                flags.Add(new GivenSetting(argument, parts[0], arguments[++i]));
            }
            else
            {
                errors.Add($"{argument} has no value.");
            }
        }

        return flags;
    }

    /// <summary>
    /// The variables that are settings. Others that begin alike count for nothing: Kubernetes sets some in every pod that runs beside a
    /// service with the name of the proxy.
    /// </summary>
    private static IEnumerable<GivenSetting> ReadEnvironment(IReadOnlyDictionary<string, string> environment) =>
        from setting in SettingTable.All
        let value = environment.GetValueOrDefault(setting.EnvironmentName)
        where !string.IsNullOrEmpty(value)
        select new GivenSetting(setting.EnvironmentName, setting.Name, value);
}
