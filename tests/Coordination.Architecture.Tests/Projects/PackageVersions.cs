using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Coordination.Architecture.Tests;

/// <summary>The rules for package versions: all in one file, all exact, none left over.</summary>
internal static partial class PackageVersions
{
    public static IReadOnlyList<string> FindViolations(TextFile central, TextFile shared, IReadOnlyList<ProjectFile> projects)
    {
        List<string> violations = [];
        var versions = XDocument.Parse(central.Text).Descendants("PackageVersion").ToDictionary(
            element => (string)element.Attribute("Include")!, element => (string?)element.Attribute("Version") ?? string.Empty);
        foreach ((string package, string version) in versions.Where(pair => !ExactVersion().IsMatch(pair.Value)))
        {
            violations.Add($"{central.Path}: {package} has the version '{version}', which is not exact.");
        }

        foreach (ProjectFile project in projects.Where(project => project.Versions.Count > 0))
        {
            violations.Add($"{project.Path}: states a version of its own: {string.Join(", ", project.Versions)}.");
        }

        HashSet<string> used = [.. projects.SelectMany(project => project.Packages), .. ProjectFile.Parse(shared).Packages];
        violations.AddRange(used.Except(versions.Keys).Select(package => $"{central.Path}: has no version of {package}."));
        violations.AddRange(versions.Keys.Except(used).Select(package => $"{central.Path}: nobody uses {package}."));
        return violations;
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex ExactVersion();
}
