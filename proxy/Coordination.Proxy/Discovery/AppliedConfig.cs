using Yarp.ReverseProxy.Configuration;

namespace Coordination.Proxy;

/// <summary>Hears from YARP which plan it works by. YARP applies a plan some moments after it was published. Any thread.</summary>
internal sealed partial class AppliedConfig(ProxyConfigSource source, ILogger<AppliedConfig> logger) : IConfigChangeListener
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _count;

    /// <summary>Completes when a plan that came from the registry, or from the last run, is in force.</summary>
    public Task First => _first.Task;

    /// <summary>How many plans have been applied, the empty one at the start among them.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <inheritdoc/>
    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        Interlocked.Increment(ref _count);
        if (!ReferenceEquals(source.Plan, ProxyPlan.Empty))
        {
            _first.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    /// <inheritdoc/>
    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception) => Log.Refused(logger, exception);

    /// <inheritdoc/>
    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) =>
        Log.Refused(logger, exception);

    private static partial class Log
    {
        [LoggerMessage(EventId = 7010, Level = LogLevel.Error, Message = "a plan was not applied; the one before stays in force")]
        public static partial void Refused(ILogger logger, Exception failure);
    }
}
