namespace Coordination.Conformance.Tests;

/// <summary>
/// Runs a theory once on each selected target, lone servers and members of clusters alike. The target is its first argument; the others are
/// given here. Members of clusters have to be chosen, since some hundred clusters are started for them.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnEveryTargetAttribute(params object?[] arguments) : TargetRowsAttribute(arguments)
{
    protected override string Kind => "target";

    protected override bool Takes(IConformanceTarget target) => ConformanceTargets.AreChosen || target.ClusterSize == 1;
}
