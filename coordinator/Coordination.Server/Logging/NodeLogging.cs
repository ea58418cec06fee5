using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Server;

/// <summary>
/// Where a node logs, and what of the libraries below it. Owns the outputs of a process, not the loggers of an application.
/// </summary>
internal sealed class NodeLogging : IDisposable
{
    private readonly IDisposable? _owned;

    private NodeLogging(ILoggerFactory loggers, IDisposable? owned)
    {
        Loggers = loggers;
        _owned = owned;
    }

    public ILoggerFactory Loggers { get; }

    /// <summary>Opens the outputs that the options name.</summary>
    /// <exception cref="NodeStartException">An output cannot be opened.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory disposes of its providers.")]
    public static NodeLogging Open(NodeOptions options)
    {
        var provider = new NodeLoggerProvider(LogOutput.Open(options.LogOutputs), options.LogFormat, TimeProvider.System);
        ILoggerFactory loggers = LoggerFactory.Create(logging =>
        {
            AddFilters(logging, options.LogLevel);
            logging.AddProvider(provider);
        });
        return new NodeLogging(loggers, loggers);
    }

    /// <summary>Logs to an application's loggers, which decide on levels, or nowhere.</summary>
    public static NodeLogging To(ILoggerFactory? loggers) => new(loggers ?? NullLoggerFactory.Instance, owned: null);

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();

    /// <summary>The node's own messages as configured, the libraries' only when something is wrong.</summary>
    private static void AddFilters(ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        LogLevel library = level <= LogLevel.Debug ? level : (LogLevel)Math.Max((int)level, (int)LogLevel.Warning);
        logging.AddFilter("Microsoft", library);
        logging.AddFilter("Grpc", library);
        logging.AddFilter("OpenTelemetry", library);

        // Why the node cannot start, or stops, is said by whoever started it, in a sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        // While any level of this category is on, ASP.NET Core creates an activity and a log scope for every request. Whatever fails in
        // one is logged by Kestrel or gRPC, too.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }
}
