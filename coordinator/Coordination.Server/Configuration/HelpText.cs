using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Coordination.Server;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
internal static class HelpText
{
    private const int LineLengthMax = 100;
    private const string Indent = "        ";

    public static string Version()
    {
        var attribute = typeof(HelpText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        string version = attribute?.InformationalVersion ?? "unknown";
        return $"coordinator {version}\n{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}\n";
    }

    public static string Help()
    {
        var text = new StringBuilder(
            """
            Usage: coordinator [--flag=value ...]

            Runs a node of the coordination store, which etcd clients use as it is. Without any flag it serves clients on
            http://localhost:2379 and keeps its data in the folder default.etcd.

            Every flag can also be set by the environment variable beside it, or by a key of the same name in a configuration file.
            A flag beats its variable; a configuration file replaces flags and variables.

              --config-file                                   ETCD_CONFIG_FILE
                    Path of a configuration file in YAML.
              --version
                    Print the version and exit.
              --help
                    Print this text and exit.

            """);
        foreach (var group in Settings.All.GroupBy(setting => setting.Group).OrderBy(group => group.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{group.Key}:\n");
            foreach (IDescribedSetting setting in group)
            {
                string flag = setting.DefaultText.Length == 0 ? $"--{setting.Name}" : $"--{setting.Name} {setting.DefaultText}";
                text.Append(CultureInfo.InvariantCulture, $"  {flag,-46}  {Setting.EnvironmentName(setting.Name)}\n");
                AppendWrapped(text, setting.Help);
            }
        }

        return text.ToString();
    }

    private static void AppendWrapped(StringBuilder text, string help)
    {
        int length = 0;
        foreach (string word in help.Split(' '))
        {
            if (length == 0 || length + word.Length + 1 > LineLengthMax)
            {
                text.Append(length == 0 ? Indent : "\n" + Indent).Append(word);
                length = Indent.Length + word.Length;
            }
            else
            {
                text.Append(' ').Append(word);
                length += word.Length + 1;
            }
        }

        text.Append('\n');
    }
}
