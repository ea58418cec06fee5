using System.Net;
using System.Text.RegularExpressions;

namespace Coordination.Server;

/// <summary>Reads lists of URLs. They have a scheme, a host and a port, nothing else, as in etcd.</summary>
internal static partial class UrlParsers
{
    /// <summary>URLs of other machines or of this one, under any name.</summary>
    public static string? Advertised(GivenSetting given, out IReadOnlyList<Uri> value)
    {
        List<Uri> urls = [];
        value = urls;
        foreach (string text in given.Text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (FindProblem(text) is { } problem)
            {
                return problem;
            }

            urls.Add(new Uri(text));
        }

        return null;
    }

    /// <summary>URLs to listen on: addresses of this machine, or localhost.</summary>
    public static string? Listened(GivenSetting given, out IReadOnlyList<Uri> value)
    {
        if (Advertised(given, out value) is { } problem)
        {
            return problem;
        }

        foreach (Uri url in value)
        {
            if (url.Host != "localhost" && !IPAddress.TryParse(url.DnsSafeHost, out _))
            {
                return $"must name an IP address or localhost to listen on, not '{url.Host}'";
            }
        }

        return null;
    }

    /// <summary>URLs to listen on, or none.</summary>
    public static string? ListenedOrNone(GivenSetting given, out IReadOnlyList<Uri> value)
    {
        value = [];
        return given.Text.Length == 0 ? null : Listened(given, out value);
    }

    /// <summary>Members and their URLs: <c>name=url</c> between commas; a member with several URLs stands several times.</summary>
    public static string? Members(GivenSetting given, out IReadOnlyDictionary<string, IReadOnlyList<Uri>> value)
    {
        Dictionary<string, IReadOnlyList<Uri>> members = [];
        value = members;
        foreach (string pair in given.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0)
            {
                return $"must be a list such as name=http://10.0.0.1:2380 between commas; '{pair}' is not of that form";
            }

            if (FindProblem(parts[1]) is { } problem)
            {
                return problem;
            }

            members[parts[0]] = [.. members.GetValueOrDefault(parts[0], []), new Uri(parts[1])];
        }

        return null;
    }

    private static string? FindProblem(string text)
    {
        Match match = Form().Match(text);
        if (!match.Success || !Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Port < 0)
        {
            return $"must be of the form http://host:port; '{text}' is not";
        }

        return match.Groups["scheme"].Value switch
        {
            "http" => null,
            "https" => "needs TLS, which this version does not serve yet; use http",
            "unix" or "unixs" => "needs a Unix socket, which this version does not serve; use http",
            _ => $"must begin with http; '{text}' does not",
        };
    }

    [GeneratedRegex(@"^(?<scheme>[a-z]+)://(\[[0-9a-fA-F:.]+\]|[^\s/?#@:\[\]]+):[0-9]{1,5}$")]
    private static partial Regex Form();
}
