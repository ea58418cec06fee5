namespace Coordination.Conformance.Tests;

/// <summary>
/// As <see cref="OnEveryTargetAttribute"/>, but once for each cluster, through its leader: for what addresses all members itself.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnEveryClusterAttribute(params object?[] arguments) : TargetRowsAttribute(arguments)
{
    protected override string Kind => "leader of a cluster";

    protected override bool Takes(IConformanceTarget target) => target is { ClusterSize: > 1, Member: 0 };
}
