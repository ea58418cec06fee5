namespace Coordination.Architecture.Tests;

/// <summary>Compares a project file with the <see cref="ReferenceTable"/>.</summary>
internal static class ReferenceCheck
{
    public static IReadOnlyList<string> FindViolations(ProjectFile project)
    {
        if (ReferenceTable.Find(project.Name, project.TopFolder) is not { } rule)
        {
            return [$"{project.Path}: the reference table does not know {project.Name}."];
        }

        List<string> violations = [];
        if (project.TopFolder != rule.TopFolder)
        {
            violations.Add($"{project.Path}: {project.Name} belongs in {rule.TopFolder}/.");
        }

        foreach (string reference in project.Projects.Except(rule.Projects))
        {
            violations.Add($"{project.Path}: {project.Name} may not reference the project {reference}.");
        }

        foreach (string package in project.Packages.Where(package => !rule.AllowsPackage(package)))
        {
            violations.Add($"{project.Path}: {project.Name} may not reference the package {package}.");
        }

        return violations;
    }
}
