using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Coordination.Client.Hosting;

/// <summary>Healthy while the cluster answers linearizable reads, which takes a leader and a majority.</summary>
internal sealed class CoordinationHealthCheck(CoordinationClient client) : IHealthCheck
{
    /// <summary>Whether it exists does not matter, and usually it does not.</summary>
    private static readonly Key Asked = "health";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.KeyValues.GetAsync(Asked, new ReadOptions { KeysOnly = true }, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy("The cluster answers.");
        }
        catch (RequestRefusedException refusal) when (refusal.Error == CoordinationError.PermissionDenied)
        {
            return HealthCheckResult.Healthy("The cluster answers; the user may not read the key of this check.");
        }
        catch (CoordinationException failure)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, failure.Message, failure);
        }
    }
}
