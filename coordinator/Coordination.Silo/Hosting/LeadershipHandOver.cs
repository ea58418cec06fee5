using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// Lets other members lead when the node stops, as the first thing in the stop of its silo: while calls still reach this member from
/// everywhere. A silo that ends for another reason takes no leadership with it, since the replicas are not its own.
/// </summary>
internal sealed partial class LeadershipHandOver(
    IPartitionHosting hosting, SiloHostOptions options, TimeProvider time, ILogger logger, CancellationToken nodeIsStopping)
    : ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc/>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(LeadershipHandOver), ServiceLifecycleStage.Active, _ => Task.CompletedTask, HandOverAsync);

    private async Task HandOverAsync(CancellationToken cancellationToken)
    {
        if (!nodeIsStopping.IsCancellationRequested)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(options.HandOverTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await hosting.HandOverLeadershipAsync(both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            Log.NotInTime(logger, options.HandOverTimeout);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 6011, Level = LogLevel.Warning, Message = "Leadership was not handed over within {Timeout}; the others elect")]
        public static partial void NotInTime(ILogger logger, TimeSpan timeout);
    }
}
