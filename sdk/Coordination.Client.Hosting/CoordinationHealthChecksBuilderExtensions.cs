using Coordination.Client;
using Coordination.Client.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a host say whether its cluster serves.</summary>
public static class CoordinationHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that makes a linearizable read with the registered <see cref="CoordinationClient"/>: it is healthy when the cluster has
    /// a leader and a majority, and believes the client's user. It takes up to <see cref="CoordinationClientOptions.RequestTimeout"/> to
    /// find that it is not.
    /// </summary>
    /// <param name="builder">The host's checks.</param>
    /// <param name="name">What the check is called.</param>
    /// <param name="failureStatus">What it reports when the cluster does not serve; null for unhealthy.</param>
    /// <param name="tags">What checks are picked by.</param>
    public static IHealthChecksBuilder AddCoordination(
        this IHealthChecksBuilder builder,
        string name = "coordination",
        HealthStatus? failureStatus = null,
        params IEnumerable<string> tags)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name,
            services => new CoordinationHealthCheck(services.GetRequiredService<CoordinationClient>()),
            failureStatus,
            tags));
    }
}
