using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Coordination.Recipes.Tests;

/// <summary>Gives a theory one row for every <see cref="ServerKind"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryServerAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<ServerKind>().Select(kind => new TheoryDataRow<ServerKind>(kind))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
