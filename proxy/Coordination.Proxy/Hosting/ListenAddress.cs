using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coordination.Proxy;

/// <summary>Lets Kestrel listen on a URL.</summary>
internal static class ListenAddress
{
    public static void Listen(KestrelServerOptions kestrel, Uri url, HttpProtocols protocols)
    {
        void Configure(ListenOptions listen) => listen.Protocols = protocols;

        if (url.Host == "*")
        {
            kestrel.ListenAnyIP(url.Port, Configure);
        }
        else if (url.Host == "localhost")
        {
            kestrel.ListenLocalhost(url.Port, Configure);
        }
        else
        {
            kestrel.Listen(IPAddress.Parse(url.Host.Trim('[', ']')), url.Port, Configure);
        }
    }
}
