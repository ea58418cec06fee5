using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Coordination.Recipes;

/// <summary>Asks over gRPC's own health protocol: SERVING is passing, every other answer critical.</summary>
/// <param name="address">The server, http or https.</param>
/// <param name="service">The service that is asked about; empty for the server as a whole.</param>
public sealed class GrpcHealthCheck(Uri address, string service = "") : HealthCheck
{
    /// <inheritdoc/>
    public override async Task<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        // A channel of its own for every look: that a connection can be made is a part of what is asked.
        using var channel = GrpcChannel.ForAddress(address);
        try
        {
            var answer = await new Grpc.Health.V1.Health.HealthClient(channel)
                .CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: cancellationToken).ConfigureAwait(false);
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving
                ? new HealthReport(HealthStatus.Passing)
                : new HealthReport(HealthStatus.Critical, answer.Status.ToString());
        }
        catch (RpcException error)
        {
            return new HealthReport(HealthStatus.Critical, error.Status.Detail);
        }
    }
}
