using Microsoft.Extensions.Logging;

namespace Coordination.Silo;

/// <summary>Sends what a silo logs to the node's log, which belongs to the node and outlives the silo.</summary>
internal sealed class NodeLogs(ILoggerFactory node) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => node.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
