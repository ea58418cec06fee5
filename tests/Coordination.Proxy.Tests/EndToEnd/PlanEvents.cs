namespace Coordination.Proxy.Tests;

/// <summary>Tells when the proxy has begun to work by a plan.</summary>
internal sealed class PlanEvents : IConfigChangeListener
{
    private readonly Lock _lock = new();
    private IProxyConfig? _applied;
    private TaskCompletionSource _next = New();

    public async Task Until(Func<IProxyConfig, bool> isWanted, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_applied is not null && isWanted(_applied))
                {
                    return;
                }

                next = _next.Task;
            }

            await next.WaitAsync(limit.Token);
        }
    }

    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        lock (_lock)
        {
            _applied = proxyConfigs[0];
            _next.SetResult();
            _next = New();
        }
    }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception) =>
        throw new InvalidOperationException("A plan did not load.", exception);

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) =>
        throw new InvalidOperationException("A plan was not applied.", exception);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
