using Microsoft.Extensions.Hosting;

namespace Coordination.Silo;

/// <summary>Leaves the signals of the process to the node: the usual lifetime of a host would take them and stop only the silo.</summary>
internal sealed class InertLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
