namespace Coordination.Proxy;

/// <summary>What happens to a request between its route and its destination, from the outside in.</summary>
internal static class ProxyPipeline
{
    public static void Build(IReverseProxyApplicationBuilder proxy)
    {
        proxy.Use(proxy.ApplicationServices.GetRequiredService<RequestObserver>().InvokeAsync);
        proxy.UseSessionAffinity();

        // From here on once for every try.
        proxy.Use(proxy.ApplicationServices.GetRequiredService<RetryMiddleware>().InvokeAsync);
        proxy.Use(proxy.ApplicationServices.GetRequiredService<TrafficSplit>().InvokeAsync);
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    }
}
