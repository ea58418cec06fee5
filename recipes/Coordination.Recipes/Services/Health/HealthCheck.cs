namespace Coordination.Recipes;

/// <summary>
/// Something that the process of an instance looks at, again and again, to say how the instance is. The registration calls it, one call at
/// a time. One check serves one registration.
/// </summary>
public abstract class HealthCheck
{
    /// <summary>How often it looks.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one look may take; what takes longer is critical.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Looks once. An exception, too, is an answer: critical.</summary>
    /// <param name="cancellationToken">Cancelled when time is up, or the registration ends.</param>
    public abstract Task<HealthReport> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Looks once, and turns whatever happens into a report.</summary>
    internal async Task<HealthReport> ReportAsync(TimeProvider time, CancellationToken stop)
    {
        using var timer = new CancellationTokenSource(Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, timer.Token);
        try
        {
            return await CheckAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new HealthReport(HealthStatus.Critical, "No answer in time.");
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            return new HealthReport(HealthStatus.Critical, failure.Message);
        }
    }
}
