using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Coordination.Conformance.Tests;

/// <summary>Runs a theory once on each selected target, which is its first argument; the others are given here.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnEveryTargetAttribute(params object?[] arguments) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        ITheoryDataRow[] rows = [.. ConformanceTargets.Selected.Select(target => new TheoryDataRow([target, .. arguments]))];
        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(rows);
    }

    // A target is no constant that a test explorer could store.
    public override bool SupportsDiscoveryEnumeration() => false;
}
