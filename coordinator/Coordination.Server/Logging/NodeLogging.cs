namespace Coordination.Server;

/// <summary>Decides what of the node and of the libraries below it is logged.</summary>
internal static class NodeLogging
{
    /// <summary>Sets the levels: the node's own messages as configured, the libraries' only when something is wrong.</summary>
    public static ILoggingBuilder AddNodeFilters(this ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        LogLevel library = level <= LogLevel.Debug ? level : (LogLevel)Math.Max((int)level, (int)LogLevel.Warning);
        logging.AddFilter("Microsoft", library);
        logging.AddFilter("Grpc", library);
        logging.AddFilter("OpenTelemetry", library);

        // While any level of this category is on, ASP.NET Core creates an activity and a log scope for every request. Whatever fails in
        // one is logged by Kestrel or gRPC, too.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        return logging;
    }
}
