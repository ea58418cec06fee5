using System.Net;

namespace Coordination.Recipes;

/// <summary>Asks over HTTP: a success (2xx) is passing, 429 (too many requests) a warning, everything else critical.</summary>
/// <param name="address">What is asked, by GET.</param>
public sealed class HttpHealthCheck(Uri address) : HealthCheck
{
    // One for all: it has no state but its connections.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    /// <inheritdoc/>
    public override async Task<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync(
            address, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var note = $"HTTP {(int)response.StatusCode}";
        return response switch
        {
            { IsSuccessStatusCode: true } => new HealthReport(HealthStatus.Passing, note),
            { StatusCode: HttpStatusCode.TooManyRequests } => new HealthReport(HealthStatus.Warning, note),
            _ => new HealthReport(HealthStatus.Critical, note),
        };
    }
}
