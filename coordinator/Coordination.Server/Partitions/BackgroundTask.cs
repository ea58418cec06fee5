using System.Diagnostics.CodeAnalysis;

namespace Coordination.Server;

/// <summary>
/// Repeats a piece of work until the node stops. A round that fails is logged and followed by the next one: what it left undone is found
/// again. Started and stopped by its owner.
/// </summary>
internal sealed partial class BackgroundTask : IAsyncDisposable
{
    private static readonly TimeSpan FailurePause = TimeSpan.FromMilliseconds(500);

    private readonly string _name;
    private readonly Func<CancellationToken, Task> _round;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    private BackgroundTask(string name, Func<CancellationToken, Task> round, TimeProvider time, ILogger logger)
    {
        _name = name;
        _round = round;
        _time = time;
        _logger = logger;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Starts to repeat a round, which itself waits until there may be something to do.</summary>
    /// <param name="name">What it is, for the log.</param>
    /// <param name="round">The work; its token ends when the node stops.</param>
    /// <param name="time">The clock of pauses.</param>
    /// <param name="logger">Where failures go.</param>
    public static BackgroundTask Start(string name, Func<CancellationToken, Task> round, TimeProvider time, ILogger logger) =>
        new(name, round, time, logger);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types",
        Justification = "The root of work in the background: it is logged, and the next round begins with what there is then.")]
    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _round(_stopping.Token).ConfigureAwait(false);
                continue;
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Grpc.Core.RpcException refusal)
            {
                LogPostponed(_name, refusal.Status.Detail);
            }
            catch (Exception failure)
            {
                LogFailed(failure, _name);
            }

            await Task.Delay(FailurePause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(3032, LogLevel.Debug, "{Name}: to be tried again ({Reason})")]
    private partial void LogPostponed(string name, string reason);

    [LoggerMessage(3033, LogLevel.Error, "{Name} failed, and is tried again")]
    private partial void LogFailed(Exception failure, string name);
}
