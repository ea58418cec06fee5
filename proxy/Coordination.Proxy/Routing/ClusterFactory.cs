using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Coordination.Proxy;

/// <summary>Makes YARP's cluster of a service.</summary>
internal static class ClusterFactory
{
    public static ClusterConfig Create(string service, ServicePolicy policy, IReadOnlyDictionary<string, DestinationConfig> destinations) =>
        new()
        {
            ClusterId = service,
            Destinations = destinations,
            HttpRequest = new ForwarderRequestConfig
            {
                Version = policy.Http == UpstreamProtocol.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            },
        };
}
