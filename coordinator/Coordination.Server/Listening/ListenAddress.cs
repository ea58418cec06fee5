using System.Net;
using System.Net.Sockets;

namespace Coordination.Server;

/// <summary>Where to listen, from a URL as etcd's flags have it.</summary>
internal static class ListenAddress
{
    /// <summary>
    /// The end point of a URL that the configuration has accepted. <c>localhost</c> is 127.0.0.1, and both unspecified addresses,
    /// 0.0.0.0 and [::], mean every address of either family, all as in etcd.
    /// </summary>
    public static IPEndPoint From(Uri url)
    {
        if (url.Host == "localhost")
        {
            return new IPEndPoint(IPAddress.Loopback, url.Port);
        }

        var address = IPAddress.Parse(url.DnsSafeHost);
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
            ? new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, url.Port)
            : new IPEndPoint(address, url.Port);
    }
}
