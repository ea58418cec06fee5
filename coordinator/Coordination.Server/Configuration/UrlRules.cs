using System.Net;

namespace Coordination.Server;

/// <summary>The rules that tie URLs to each other.</summary>
internal static class UrlRules
{
    public static void Check(NodeOptions options, SettingValues values, ConfigurationReport report)
    {
        if (values.IsGiven(Settings.ListenClientUrls) && !values.IsGiven(Settings.AdvertiseClientUrls))
        {
            report.Refuse(
                $"{values.Describe(Settings.ListenClientUrls)} needs --advertise-client-urls with it: the URLs at which clients reach this "
                + "member.");
        }

        if (options.AdvertiseClientUrls.Any(IsUnspecified))
        {
            report.Note(
                $"{values.Describe(Settings.AdvertiseClientUrls)} names no address that another machine can reach; clients there will look "
                + "for this member on themselves.");
        }

        CheckPorts(options, values, report);
        CheckMembers(options, values, report);
    }

    /// <summary>Two lists may share no port of one address; one list may not name a port twice.</summary>
    private static void CheckPorts(NodeOptions options, SettingValues values, ConfigurationReport report)
    {
        List<(Setting Setting, Uri Url)> listened =
        [
            .. options.ListenClientUrls.Select(url => ((Setting)Settings.ListenClientUrls, url)),
            .. options.ListenPeerUrls.Select(url => ((Setting)Settings.ListenPeerUrls, url)),
            .. options.ListenMetricsUrls.Select(url => ((Setting)Settings.ListenMetricsUrls, url)),
        ];
        for (int i = 0; i < listened.Count; i++)
        {
            for (int j = i + 1; j < listened.Count; j++)
            {
                if (Overlap(listened[i].Url, listened[j].Url))
                {
                    report.Refuse(
                        $"{values.Describe(listened[i].Setting)} and {values.Describe(listened[j].Setting)} both use port "
                        + $"{listened[j].Url.Port} of the same address; give each a port of its own.");
                }
            }
        }
    }

    private static void CheckMembers(NodeOptions options, SettingValues values, ConfigurationReport report)
    {
        string cluster = values.Describe(Settings.InitialCluster);
        string? shared = options.InitialCluster.Values.SelectMany(static urls => urls.Select(Text).Distinct())
            .GroupBy(static url => url).FirstOrDefault(static url => url.Count() > 1)?.Key;
        if (shared is not null)
        {
            report.Refuse($"{cluster} gives {shared} to two members; give each member URLs of its own.");
        }
        if (!options.InitialCluster.TryGetValue(options.Name, out IReadOnlyList<Uri>? urls))
        {
            report.Refuse($"{cluster} does not name this member, '{options.Name}'; add it, or set --name to one of its names.");
        }
        else if (!urls.Select(Text).Order().SequenceEqual(options.InitialAdvertisePeerUrls.Select(Text).Order()))
        {
            report.Refuse(
                $"{cluster} and --initial-advertise-peer-urls={string.Join(',', options.InitialAdvertisePeerUrls.Select(Text))} name "
                + $"different URLs for this member, '{options.Name}'; make them the same.");
        }
    }

    private static string Text(Uri url) => url.OriginalString;

    /// <summary>Port 0 leaves the choice to the system, which chooses a free one.</summary>
    private static bool Overlap(Uri one, Uri other) =>
        one.Port == other.Port && one.Port != 0
        && (IsUnspecified(one) || IsUnspecified(other) || Host(one) == Host(other));

    private static string Host(Uri url) => url.Host == "localhost" ? IPAddress.Loopback.ToString() : url.DnsSafeHost;

    private static bool IsUnspecified(Uri url) =>
        IPAddress.TryParse(url.DnsSafeHost, out IPAddress? address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
}
