using System.Diagnostics;

namespace Coordination.Proxy;

/// <summary>Counts every request that a route takes, and writes it into the access log when that is wanted. Any thread.</summary>
internal sealed partial class RequestObserver(ProxyMetrics metrics, ILoggerFactory loggers)
{
    /// <summary>The category of the access log.</summary>
    public const string AccessLog = "Coordination.Proxy.AccessLog";

    private readonly ILogger _log = loggers.CreateLogger(AccessLog);

    /// <summary>The middleware, around all others.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var begin = Stopwatch.GetTimestamp();
        var proxied = context.GetReverseProxyFeature();
        var service = proxied.Cluster.Config.ClusterId;
        metrics.OnBegun(service);
        try
        {
            await next(context);
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(begin);
            metrics.OnEnded(service, context.Response.StatusCode, elapsed);
            if (_log.IsEnabled(LogLevel.Information))
            {
                Log.Request(
                    _log, context.Request.Method, context.Request.Host.Value, context.Request.Path.Value, context.Response.StatusCode,
                    elapsed.TotalMilliseconds, proxied.Route.Config.RouteId, service, proxied.ProxiedDestination?.DestinationId);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 7060, Level = LogLevel.Information,
            Message = "{Method} {Host}{Path} {Status} {Milliseconds:F1}ms route {Route} service {Service} instance {Instance}")]
        public static partial void Request(
            ILogger logger, string method, string? host, string? path, int status, double milliseconds, string route, string service,
            string? instance);
    }
}
