namespace Coordination.Silo.Tests;

/// <summary>Tests that run silos and look at how long things take: one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SiloCollection
{
    public const string Name = "Silos";
}
