using System.Net;
using System.Net.Sockets;

namespace Coordination.Proxy;

/// <summary>Where requests to an instance go.</summary>
internal static class InstanceAddress
{
    private const int PortMax = 65_535;

    /// <summary>The address as a URL; null, with the reason, when there is none.</summary>
    public static string? Find(ServiceInstance instance, out string? error)
    {
        var scheme = instance.Metadata.GetValueOrDefault(MetadataKeys.Scheme, Uri.UriSchemeHttp);
        if (scheme != Uri.UriSchemeHttp && scheme != Uri.UriSchemeHttps)
        {
            error = $"{MetadataKeys.Scheme} '{scheme}' is neither 'http' nor 'https'.";
            return null;
        }

        if (instance.Port is < 0 or > PortMax)
        {
            error = $"{instance.Port} is no port.";
            return null;
        }

        var isV6 = IPAddress.TryParse(instance.Address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6;
        var host = isV6 ? $"[{parsed}]" : instance.Address;
        if (!isV6 && Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic)
        {
            error = $"'{instance.Address}' is neither a name nor an address of a host.";
            return null;
        }

        error = null;
        return instance.Port == 0 ? $"{scheme}://{host}/" : $"{scheme}://{host}:{instance.Port}/";
    }
}
