using System.Text;

namespace Coordination.Server;

/// <summary>Writes what the node logs to its outputs, in its format. Owns the outputs.</summary>
internal sealed class NodeLoggerProvider(LogOutput output, LogFormat format, TimeProvider time) : ILoggerProvider
{
    private DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new NodeLogger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose() => output.Dispose();

    private void Write(LogLine line) => output.Write(Encoding.UTF8.GetBytes(line.ToText(format)));

    private sealed class NodeLogger(NodeLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                IReadOnlyList<KeyValuePair<string, object?>> values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
                provider.Write(new LogLine(
                    provider.Now, logLevel, category, formatter(state, exception), values, exception));
            }
        }
    }
}
