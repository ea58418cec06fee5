using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Coordination.Conformance.Tests;

/// <summary>Rows of a theory, one for each selected target of a kind; the target is the first argument.</summary>
public abstract class TargetRowsAttribute(object?[] arguments) : DataAttribute
{
    /// <summary>
    /// The case starts a server of its own. In a cluster that it has for itself the followers differ in nothing, so that it runs through
    /// one of them only.
    /// </summary>
    public bool OwnServer { get; init; }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var targets = ConformanceTargets.Selected.Where(target => Takes(target) && DiffersFromOthers(target));
        TheoryDataRow[] rows = [.. targets.Select(target => new TheoryDataRow([target, .. arguments]))];

        // A row that says why there is none, since no row at all would be an error.
        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(
            rows.Length > 0 ? rows : [new TheoryDataRow([null, .. arguments]) { Skip = $"CONFORMANCE_TARGETS selects no {Kind}." }]);
    }

    // A target is no constant that a test explorer could store.
    public override bool SupportsDiscoveryEnumeration() => false;

    private bool DiffersFromOthers(IConformanceTarget target) => !OwnServer || target.Member <= 1;

    /// <summary>What the targets are that it takes.</summary>
    protected abstract string Kind { get; }

    protected abstract bool Takes(IConformanceTarget target);
}
