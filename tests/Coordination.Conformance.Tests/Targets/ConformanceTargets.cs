namespace Coordination.Conformance.Tests;

/// <summary>
/// What is under test: the targets and deployments that CONFORMANCE_TARGETS lists (comma separated), else <see cref="Default"/>.
/// </summary>
public static class ConformanceTargets
{
    private const string Default = "etcd,coordinator,coordinator-cluster";

    private static readonly EtcdTarget Etcd = new();
    private static readonly CoordinatorTarget Coordinator = new();

    private static readonly IConformanceTarget[] Known =
        [Etcd, Coordinator, .. ClusterTarget.ThroughEveryMember(Etcd), .. ClusterTarget.ThroughEveryMember(Coordinator)];

    private static readonly string? Chosen = Environment.GetEnvironmentVariable("CONFORMANCE_TARGETS");

    /// <summary>Whether somebody has chosen the targets.</summary>
    public static bool AreChosen => !string.IsNullOrWhiteSpace(Chosen);

    public static IReadOnlyList<IConformanceTarget> Selected { get; } = Select(Chosen);

    private static IConformanceTarget[] Select(string? names)
    {
        var wanted = (string.IsNullOrWhiteSpace(names) ? Default : names)
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. wanted.SelectMany(Find).Distinct()];
    }

    private static IConformanceTarget[] Find(string name) =>
        Known.Where(target => target.Name == name || target.Deployment == name).ToArray() is { Length: > 0 } found
            ? found
            : throw new InvalidOperationException(
                $"CONFORMANCE_TARGETS names '{name}'; known are "
                + $"{string.Join(", ", Known.SelectMany(target => new[] { target.Deployment, target.Name }).Distinct())}.");
}
