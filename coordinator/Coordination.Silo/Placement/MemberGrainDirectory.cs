using Orleans.GrainDirectory;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// The directory of grains whose place follows from their key: it stores nothing, and so has nothing that could be lost with a silo or
/// be out of date. It knows of no grain, whereupon Orleans asks the placement, and it agrees with whatever the placement did.
/// </summary>
internal sealed class MemberGrainDirectory : IGrainDirectory
{
    /// <summary>What grains name to be in this directory.</summary>
    public const string Name = "members";

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => Register(address);

    /// <inheritdoc/>
    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

    /// <inheritdoc/>
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
