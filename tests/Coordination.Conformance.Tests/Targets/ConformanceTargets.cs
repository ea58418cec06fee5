namespace Coordination.Conformance.Tests;

/// <summary>The servers under test: those CONFORMANCE_TARGETS lists (comma separated), else <see cref="Default"/>.</summary>
public static class ConformanceTargets
{
    private const string Default = "etcd,coordinator";

    private static readonly IConformanceTarget[] Known = [new EtcdTarget(), new CoordinatorTarget()];

    public static IReadOnlyList<IConformanceTarget> Selected { get; } = Select(Environment.GetEnvironmentVariable("CONFORMANCE_TARGETS"));

    private static IConformanceTarget[] Select(string? names)
    {
        var wanted = (string.IsNullOrWhiteSpace(names) ? Default : names)
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. wanted.Select(Find)];
    }

    private static IConformanceTarget Find(string name) =>
        Known.FirstOrDefault(target => target.Name == name) ?? throw new InvalidOperationException(
            $"CONFORMANCE_TARGETS names '{name}'; known are {string.Join(", ", Known.Select(target => target.Name))}.");
}
