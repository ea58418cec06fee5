namespace Coordination.Server;

/// <summary>
/// Reads the whole configuration of a node: the command line over the environment, or a configuration file instead of both, as in etcd.
/// </summary>
internal static class CommandLine
{
    private const string ConfigFile = "config-file";
    private const string EnvironmentPrefix = "ETCD_";

    /// <summary>Reads a configuration.</summary>
    /// <param name="arguments">The command line, without the name of the program.</param>
    /// <param name="environment">All environment variables.</param>
    /// <param name="readFile">
    /// Reads a file; throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when it cannot.
    /// </param>
    public static CommandLineResult Read(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, Func<string, string> readFile)
    {
        var report = new ConfigurationReport();
        FlagReader flags = FlagReader.Read(arguments, report);
        if (flags.Request is { } request)
        {
            return new CommandLineResult.Show(request == FlagRequest.Help ? HelpText.Help() : HelpText.Version());
        }

        string path = flags.ConfigFile ?? environment.GetValueOrDefault(Setting.EnvironmentName(ConfigFile), string.Empty);
        IReadOnlyList<GivenSetting> given = path.Length > 0
            ? ReadFile(path, flags, environment, readFile, report)
            : [.. flags.Given, .. ReadEnvironment(environment, report)];

        var values = new SettingValues();
        foreach (GivenSetting setting in given)
        {
            if (SettingTable.Find(setting.Name) is { } known)
            {
                known.Read(setting, values, report);
            }
            else
            {
                report.Refuse($"{setting.Label} is no setting; correct or remove it (--help lists them all).");
            }
        }

        NodeOptions options = NodeOptionsFactory.Create(values, report);
        return report.Problems.Count > 0
            ? new CommandLineResult.Refuse(report.Message())
            : new CommandLineResult.Run(options, report.Notices);
    }

    private static IReadOnlyList<GivenSetting> ReadFile(
        string path, FlagReader flags, IReadOnlyDictionary<string, string> environment, Func<string, string> readFile,
        ConfigurationReport report)
    {
        IEnumerable<string> ignored = flags.Given.Select(flag => flag.Label)
            .Concat(ReadEnvironment(environment, new ConfigurationReport()).Select(variable => variable.Label));
        foreach (string label in ignored.Distinct())
        {
            report.Note($"{label} has no effect, because the configuration file {path} replaces flags and environment.");
        }

        try
        {
            return ConfigurationFile.Read(path, readFile(path), report);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            report.Refuse($"The configuration file {path} cannot be read: {exception.Message.TrimEnd('.')}; correct --{ConfigFile}.");
            return [];
        }
    }

    /// <summary>
    /// The variables that are settings. Others that begin alike are only noted: Kubernetes sets <c>ETCD_PORT</c> and more in every pod that
    /// runs beside a service called etcd. Empty ones count as absent, as in etcd.
    /// </summary>
    private static List<GivenSetting> ReadEnvironment(IReadOnlyDictionary<string, string> environment, ConfigurationReport report)
    {
        List<GivenSetting> given = [];
        foreach ((string variable, string value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)
                || value.Length == 0 || variable == Setting.EnvironmentName(ConfigFile))
            {
                continue;
            }

            if (SettingTable.FindByEnvironmentName(variable) is { } setting)
            {
                string name = setting.Aliases.Prepend(setting.Name).First(alias => Setting.EnvironmentName(alias) == variable);
                given.Add(new GivenSetting(SettingSource.Environment, variable, name, value));
            }
            else
            {
                report.Note($"The environment variable {variable} is no setting and has no effect.");
            }
        }

        return given;
    }
}
