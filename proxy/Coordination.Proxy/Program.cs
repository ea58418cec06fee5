namespace Coordination.Proxy;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => ProxyProcess.RunAsync(arguments);
}
