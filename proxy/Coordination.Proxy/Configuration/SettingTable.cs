using System.Net;

namespace Coordination.Proxy;

/// <summary>All settings of the program, each declared once.</summary>
internal static class SettingTable
{
    private const string AddressComplaint = "has what is no address to listen on, such as http://127.0.0.1:8080, http://[::1]:8080 "
        + "or http://*:8080";

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Urls(
            "coordinators", "Client URLs of members of the cluster with the registry; required.",
            "has what is no http or https URL, such as http://127.0.0.1:2379", IsHttp,
            (settings, urls) => Replace(settings.Proxy.Coordinators, urls)),
        Setting.Urls(
            "listen", $"Where requests are taken over HTTP/1.1; {ProxySettings.ListenDefault} by default, empty for nowhere.",
            AddressComplaint, IsListenAddress, (settings, urls) => settings.Listen = urls),
        Setting.Urls(
            "listen-http2", "Where requests are taken over HTTP/2 without TLS, which is what gRPC needs; nowhere by default.",
            AddressComplaint, IsListenAddress, (settings, urls) => settings.ListenHttp2 = urls),
        Setting.Urls(
            "admin", $"Where /admin, /metrics and /readyz are served; {ProxySettings.AdminDefault} by default, empty for nowhere.",
            AddressComplaint, IsListenAddress, (settings, urls) => settings.Admin = urls),
        Setting.Of<bool>(
            "access-log", "true|false", "Whether every request is logged; false by default.", "is neither 'true' nor 'false'",
            text => text switch
            {
                "true" => true,
                "false" => false,
                _ => null,
            },
            (settings, isLogged) => settings.AccessLog = isLogged),
        Setting.Text(
            "namespace", "TEXT", "What every key of the proxy begins with; empty by default.",
            (settings, text) => settings.Proxy.Namespace = text),
        Setting.Text(
            "registry-prefix", "TEXT", "What the keys of the registry begin with; services/ by default.",
            (settings, text) => settings.Proxy.RegistryPrefix = text),
        Setting.Text(
            "configuration", "NAME", "The configuration document with routes and settings; proxy by default, empty for none.",
            (settings, text) => settings.Proxy.ConfigurationName = text),
        Setting.Text(
            "zone", "NAME", "The part of the world that the proxy is in; it prefers instances in the same one.",
            (settings, text) => settings.Proxy.Zone = text.Length == 0 ? null : text),
        Setting.Text("user", "NAME", "Who the proxy is to the store; nobody by default.",
            (settings, text) => settings.Proxy.UserName = text),
        Setting.Text(
            "password", "TEXT", "The password of the user; better in the environment or the file.",
            (settings, text) => settings.Proxy.Password = text),
        Setting.Text(
            "state-file", "FILE",
            $"What was known last, for a start without coordinator; {ProxySettings.StateFileDefault} by default, empty for none.",
            (settings, text) => settings.Proxy.StateFile = text),
        Setting.Duration(
            "startup-wait", "How long to wait for the registry before serving without routes; 5s by default.",
            (settings, time) => settings.Proxy.StartupWait = time),
        Setting.Duration(
            "drain-time", "How long requests under way are waited for when the process is asked to stop; 20s by default.",
            (settings, time) => settings.DrainTime = time),
        Setting.Of<LogLevel>(
            "log-level", "LEVEL", "debug, information, warning or error; information by default.",
            "is none of debug, information, warning and error", FindLevel, (settings, level) => settings.LogLevel = level),
    ];

    public static Setting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);

    private static LogLevel? FindLevel(string text) => text switch
    {
        "debug" => LogLevel.Debug,
        "information" => LogLevel.Information,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => null,
    };

    private static bool IsHttp(Uri url) => url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps;

    private static bool IsListenAddress(Uri url) => url.Scheme == Uri.UriSchemeHttp && url.PathAndQuery == "/"
        && (url.Host is "*" or "localhost" || IPAddress.TryParse(url.Host.Trim('[', ']'), out _));

    private static void Replace(IList<Uri> list, IReadOnlyList<Uri> urls)
    {
        list.Clear();
        foreach (var url in urls)
        {
            list.Add(url);
        }
    }
}
