using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Coordination.Transport.Tests;

/// <summary>The operator's log of a member: lines to wait for, and to count.</summary>
internal sealed class LogRecorder : ILoggerFactory, ILogger
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public ConcurrentQueue<string> All { get; } = [];

    public async Task<string> NextAsync(string text)
    {
        while (true)
        {
            string line = await _lines.Reader.ReadAsync().AsTask().InTime();
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = formatter(state, exception);
        All.Enqueue(line);
        _lines.Writer.TryWrite(line);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
