using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Coordination.Silo.Tests;

/// <summary>Counts silos that begin and end what runs in them all the time, and those that were disposed.</summary>
internal sealed class StageProbe
{
    private int _begun;
    private int _ended;
    private int _disposed;
    private int _overlaps;

    public int Begun => Volatile.Read(ref _begun);

    public int Ended => Volatile.Read(ref _ended);

    public int Disposed => Volatile.Read(ref _disposed);

    /// <summary>How many silos began before the ones before them were disposed.</summary>
    public int Overlaps => Volatile.Read(ref _overlaps);

    public void AddTo(ISiloBuilder silo) =>
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(_ => new Part(this));

    private sealed class Part(StageProbe probe) : ILifecycleParticipant<ISiloLifecycle>, ILifecycleObserver, IDisposable
    {
        public void Participate(ISiloLifecycle lifecycle) =>
            lifecycle.Subscribe(nameof(StageProbe), ServiceLifecycleStage.RuntimeServices, this);

        public Task OnStart(CancellationToken cancellationToken = default)
        {
            if (Interlocked.Increment(ref probe._begun) > probe.Disposed + 1)
            {
                Interlocked.Increment(ref probe._overlaps);
            }

            return Task.CompletedTask;
        }

        public Task OnStop(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref probe._ended);
            return Task.CompletedTask;
        }

        public void Dispose() => Interlocked.Increment(ref probe._disposed);
    }
}
