namespace Coordination.Conformance.Tests;

/// <summary>
/// As <see cref="OnEveryTargetAttribute"/>, but on lone servers only: for what is about one process and its data directory, or true of the
/// only member of a cluster alone.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnEveryLoneServerAttribute(params object?[] arguments) : TargetRowsAttribute(arguments)
{
    protected override string Kind => "lone server";

    protected override bool Takes(IConformanceTarget target) => target.ClusterSize == 1;
}
