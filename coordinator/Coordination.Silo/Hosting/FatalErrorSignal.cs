using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// What Orleans calls when a silo cannot go on, above all because the others declared it dead. By itself Orleans would end the process
/// then; here only the silo ends, and its owner builds another one. Called on any thread.
/// </summary>
internal sealed partial class FatalErrorSignal(ILogger logger) : IFatalErrorHandler
{
    private readonly TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the silo cannot go on.</summary>
    public Task Raised => _raised.Task;

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    /// <inheritdoc/>
    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        if (_raised.TrySetResult())
        {
            Log.Fatal(logger, context, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "The silo cannot go on: {Reason}")]
        public static partial void Fatal(ILogger logger, string? reason, Exception? exception);
    }
}
