using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// The stages of a silo's start and end. Orleans stops only silos whose start came to the stage that makes them active: one that was given
/// up before refuses to stop, and when its services are disposed all the same, its directory of grains looks for news in a membership that
/// is gone, over and over, with all the processor time there is. So that stage can be had early here. Called by <see cref="SiloLife"/>.
/// </summary>
internal sealed class SiloLifecycle(ILogger<SiloLifecycleSubject> logger, ILocalSiloDetails details)
    : SiloLifecycleSubject(logger, details)
{
    /// <summary>The silo's own part in becoming active: from then on it takes itself for one that runs, and that is all it does.</summary>
    private ILifecycleObserver? _becomesActive;

    /// <inheritdoc/>
    public override IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        if (stage == ServiceLifecycleStage.BecomeActive && observerName == typeof(Orleans.Runtime.Silo).FullName)
        {
            _becomesActive = observer;
        }

        return base.Subscribe(observerName, stage, observer);
    }

    /// <summary>
    /// Lets a silo be stopped whose start has ended early. Its stop then ends the stages that it began. Does nothing when the silo did not
    /// begin to start.
    /// </summary>
    public Task AllowStopAsync() => _becomesActive?.OnStart(CancellationToken.None) ?? Task.CompletedTask;
}
