using System.Net;
using System.Net.Sockets;

namespace Coordination.Server;

/// <summary>Where other silos connect to: Orleans wants an address, and members advertise URLs.</summary>
internal static class SiloEndPoint
{
    /// <summary>The end point of a URL for members. Of the addresses of a name it is the first of IPv4, or else the first.</summary>
    /// <exception cref="SocketException">The name is not known.</exception>
    public static async Task<IPEndPoint> ResolveAsync(Uri url, CancellationToken cancellationToken)
    {
        if (url.Host == "localhost")
        {
            return new IPEndPoint(IPAddress.Loopback, url.Port);
        }

        if (IPAddress.TryParse(url.DnsSafeHost, out IPAddress? address))
        {
            return new IPEndPoint(address, url.Port);
        }

        IPAddress[] all = await Dns.GetHostAddressesAsync(url.DnsSafeHost, cancellationToken);
        IPAddress chosen = all.FirstOrDefault(static candidate => candidate.AddressFamily == AddressFamily.InterNetwork)
            ?? all.FirstOrDefault()
            ?? throw new SocketException((int)SocketError.HostNotFound);
        return new IPEndPoint(chosen, url.Port);
    }
}
