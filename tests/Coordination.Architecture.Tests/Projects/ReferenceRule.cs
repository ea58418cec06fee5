namespace Coordination.Architecture.Tests;

/// <summary>What one project may reference.</summary>
/// <param name="TopFolder">The top-level folder that it lives in.</param>
/// <param name="Projects">The projects it may reference.</param>
/// <param name="Packages">The packages it may reference: names, or prefixes that end in a dot.</param>
internal sealed record ReferenceRule(string TopFolder, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    public bool AllowsPackage(string package) =>
        Packages.Any(allowed => allowed.EndsWith('.')
            ? package.StartsWith(allowed, StringComparison.Ordinal)
            : package == allowed);
}
