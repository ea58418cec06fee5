using Microsoft.Extensions.Options;

namespace Coordination.Proxy;

/// <summary>
/// Keeps what YARP routes in step with the registry while the host runs. It starts before the host listens, and holds the start up, within
/// limits, until there is something to route by.
/// </summary>
internal sealed partial class DiscoveryService(
    RegistryFollower follower,
    PlanApplier applier,
    AppliedConfig applied,
    IOptions<CoordinationProxyOptions> options,
    TimeProvider time,
    ILogger<DiscoveryService> logger) : BackgroundService
{
    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        try
        {
            await applied.First.WaitAsync(options.Value.StartupWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Log.StartsWithout(logger, options.Value.StartupWait);
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(follower.RunAsync(stoppingToken), applier.RunAsync(stoppingToken));

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 7030, Level = LogLevel.Warning,
            Message = "no answer from the registry within {Wait}: serving nothing until it answers")]
        public static partial void StartsWithout(ILogger logger, TimeSpan wait);
    }
}
