using Orleans;
using Orleans.Placement;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>A grain belongs to the member that its key names, and can be nowhere else.</summary>
[GenerateSerializer, Immutable, Alias("coordination.PinnedPlacement")]
internal sealed class PinnedPlacement : PlacementStrategy
{
    public static PinnedPlacement Instance { get; } = new();
}

/// <summary>Marks a grain whose key is a <see cref="ReplicaAddress"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PinnedPlacementAttribute() : PlacementAttribute(PinnedPlacement.Instance);
