using Microsoft.Extensions.Logging;

namespace Coordination.Silo;

/// <summary>
/// Sends what a silo logs to the node's log, which belongs to the node and outlives the silo. Once the node stops, the silo is heard no
/// more: it complains of whatever ends before it, above all of members that stop at the same time and of the table that goes with them.
/// </summary>
internal sealed class NodeLogs(ILoggerFactory node, CancellationToken nodeIsStopping) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new SiloLogger(node.CreateLogger(categoryName), nodeIsStopping);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class SiloLogger(ILogger node, CancellationToken nodeIsStopping) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => node.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => !nodeIsStopping.IsCancellationRequested && node.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                node.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
