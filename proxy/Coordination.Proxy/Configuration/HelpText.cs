using System.Reflection;
using System.Text;

namespace Coordination.Proxy;

/// <summary>What the program says about itself.</summary>
internal static class HelpText
{
    public static string Version()
    {
        var version = typeof(HelpText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return $"coordination-proxy {version?.Split('+')[0]}\n";
    }

    public static string Help()
    {
        var text = new StringBuilder(
            """
            A reverse proxy whose routes and destinations come from the service registry of a coordinator, live.

              coordination-proxy --coordinators http://127.0.0.1:2379 --listen http://127.0.0.1:8080

            Each setting is a flag, a variable of the environment (--drain-time is COORDINATION_PROXY_DRAIN_TIME) or a member of the JSON
            object in the configuration file; flags come before variables, and variables before the file.


            """);
        foreach (var setting in SettingTable.All)
        {
            text.Append("  ").Append(setting.Flag).Append(' ').Append(setting.Form).Append("\n      ").Append(setting.Help).Append('\n');
        }

        return text.Append("  --config-file FILE\n      The configuration file; none by default.\n")
            .Append("  --help, --version\n      Say this, or which version it is, and end.\n")
            .ToString();
    }
}
