namespace Coordination.Conformance.Tests;

/// <summary>As <see cref="OnEveryTargetAttribute"/>, but on members of clusters only.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnEveryClusterMemberAttribute(params object?[] arguments) : TargetRowsAttribute(arguments)
{
    protected override string Kind => "cluster";

    protected override bool Takes(IConformanceTarget target) => target.ClusterSize > 1;
}
