using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy.Tests;

/// <summary>Looks at the only destination of a service until something is true of it.</summary>
internal sealed class DestinationEvents(TestProxy proxy, string service)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    public async Task Until(Func<DestinationState, bool> isWanted, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(Step);
        do
        {
            if (proxy.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster(service, out var cluster)
                && cluster.DestinationsState.AllDestinations is { Count: 1 } destinations && isWanted(destinations[0]))
            {
                return;
            }
        }
        while (await timer.WaitForNextTickAsync(limit.Token));
    }
}
