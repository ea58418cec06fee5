using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.SessionAffinity;

namespace Coordination.Proxy;

/// <summary>Makes YARP's cluster of a service.</summary>
internal static class ClusterFactory
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    public static ClusterConfig Create(string service, ServicePolicy policy, IReadOnlyDictionary<string, DestinationConfig> destinations) =>
        new()
        {
            ClusterId = service,
            Destinations = destinations,
            Metadata = ClusterPolicy.Write(policy),
            LoadBalancingPolicy = ServiceBalancer.PolicyName,
            HealthCheck = new HealthCheckConfig
            {
                AvailableDestinationsPolicy = UsableDestinations.PolicyName,
                Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = OutlierEjection.PolicyName },
                Active = Probe(policy),
            },
            SessionAffinity = policy.Sticky is null ? null : StickTo(policy.Sticky),
            HttpRequest = new ForwarderRequestConfig
            {
                Version = policy.Http == UpstreamProtocol.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                ActivityTimeout = policy.IdleTimeout,
            },
        };

    private static ActiveHealthCheckConfig? Probe(ServicePolicy policy) => string.IsNullOrEmpty(policy.HealthPath)
        ? null
        : new ActiveHealthCheckConfig
        {
            Enabled = true,
            Path = policy.HealthPath,
            Interval = policy.HealthInterval ?? ProbeInterval,
            Timeout = policy.HealthTimeout ?? ProbeTimeout,
            Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
        };

    /// <summary>A cookie with a hash of the instance's id, which all proxies understand; another one when that is gone.</summary>
    private static SessionAffinityConfig StickTo(string cookie) => new()
    {
        Enabled = true,
        Policy = SessionAffinityConstants.Policies.HashCookie,
        FailurePolicy = SessionAffinityConstants.FailurePolicies.Redistribute,
        AffinityKeyName = cookie,
        Cookie = new SessionAffinityCookieConfig { Path = "/", HttpOnly = true, SameSite = SameSiteMode.Lax },
    };
}
