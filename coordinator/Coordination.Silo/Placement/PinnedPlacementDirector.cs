using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Coordination.Silo;

/// <summary>
/// Finds the silo of the member that a grain's key names: the one with the member's name, in the membership that this silo has seen. Takes
/// no hint and no substitute. Thread-safe.
/// </summary>
internal sealed class PinnedPlacementDirector(IClusterMembershipService membership) : IPlacementDirector
{
    /// <inheritdoc/>
    /// <exception cref="MemberAbsentException">The member has no silo now.</exception>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string? key = target.GrainIdentity.Key.ToString();
        if (!ReplicaAddress.TryParse(key, out ReplicaAddress address))
        {
            throw new ArgumentException($"{key} is not the key of a replica.", nameof(target));
        }

        string name = ReplicaAddress.NameOf(address.Member);
        SiloAddress? latest = null;
        foreach (ClusterMember silo in membership.CurrentSnapshot.Members.Values)
        {
            // Until an earlier silo of the same member is declared dead, both are there. The later one has taken its place.
            if (silo.Status == SiloStatus.Active && silo.Name == name
                && (latest is null || silo.SiloAddress.Generation > latest.Generation))
            {
                latest = silo.SiloAddress;
            }
        }

        return Task.FromResult(latest ?? throw new MemberAbsentException(address.Member));
    }
}
