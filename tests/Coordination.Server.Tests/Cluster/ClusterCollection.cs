namespace Coordination.Server.Tests;

/// <summary>Tests that run clusters with silos: they take more of a machine than others, so one at a time.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterCollection
{
    public const string Name = "Clusters";
}
