using System.Xml.Linq;

namespace Coordination.Architecture.Tests;

/// <summary>What a project file says about its references.</summary>
/// <param name="Path">Relative to the root of the repository.</param>
/// <param name="Projects">Names of the projects it references.</param>
/// <param name="Packages">Names of the packages it references.</param>
/// <param name="Versions">Versions that it states itself, as <c>package version</c>, instead of leaving them to the central file.</param>
internal sealed record ProjectFile(
    string Path, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<string> Versions)
{
    private static readonly string[] VersionNames = ["Version", "VersionOverride"];

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string TopFolder => Path.Split('/')[0];

    /// <summary>Every project of the repository.</summary>
    public static IReadOnlyList<ProjectFile> All { get; } =
        [.. RepositoryTree.Files.Where(file => file.HasExtension(".csproj")).Select(Parse)];

    public static ProjectFile Parse(TextFile file)
    {
        XElement root = XDocument.Parse(file.Text).Root!;
        return new ProjectFile(
            file.Path,
            [.. root.Descendants("ProjectReference").Select(Include).Select(NameOfProject)],
            [.. root.Descendants("PackageReference").Select(Include)],
            [.. root.Descendants("PackageReference").SelectMany(StatedVersions)]);
    }

    private static string Include(XElement reference) => (string?)reference.Attribute("Include") ?? string.Empty;

    private static string NameOfProject(string path) =>
        System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    private static IEnumerable<string> StatedVersions(XElement reference) =>
        from name in VersionNames
        let version = (string?)reference.Attribute(name) ?? (string?)reference.Element(name)
        where version is not null
        select $"{Include(reference)} {version}";
}
