using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Coordination.Conformance.Tests;

/// <summary>Rows of a theory, one for each selected target of a kind; the target is the first argument.</summary>
public abstract class TargetRowsAttribute(object?[] arguments) : DataAttribute
{
    /// <summary>
    /// The case starts servers of its own, which takes long for a cluster, so that it runs through one member only: a follower, since its
    /// way to the data is the longest.
    /// </summary>
    public bool OwnServer { get; init; }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var targets = ConformanceTargets.Selected.Where(target => Takes(target) && IsWorthwhile(target));
        TheoryDataRow[] rows = [.. targets.Select(target => new TheoryDataRow([target, .. arguments]))];

        // A row that says why there is none, since no row at all would be an error.
        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(
            rows.Length > 0 ? rows : [new TheoryDataRow([null, .. arguments]) { Skip = $"CONFORMANCE_TARGETS selects no {Kind}." }]);
    }

    // A target is no constant that a test explorer could store.
    public override bool SupportsDiscoveryEnumeration() => false;

    private bool IsWorthwhile(IConformanceTarget target) => !OwnServer || target == ConformanceTargets.Selected
        .Where(other => other.Deployment == target.Deployment).OrderByDescending(static other => other.Member == 1).First();

    /// <summary>What the targets are that it takes.</summary>
    protected abstract string Kind { get; }

    protected abstract bool Takes(IConformanceTarget target);
}
