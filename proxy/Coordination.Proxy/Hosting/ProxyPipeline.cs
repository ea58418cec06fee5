namespace Coordination.Proxy;

/// <summary>What happens to a request between its route and its destination, from the outside in.</summary>
internal static class ProxyPipeline
{
    public static void Build(IReverseProxyApplicationBuilder proxy)
    {
        proxy.UseSessionAffinity();
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    }
}
