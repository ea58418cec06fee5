namespace Coordination.Architecture.Tests;

/// <summary>
/// The files of the repository as they lie on disk, without what is generated. Not asked of git, so that the tests also run on an
/// unpacked archive.
/// </summary>
internal static class RepositoryTree
{
    private static readonly string[] GeneratedFolders =
        [".git", ".vs", ".vscode", ".idea", "artifacts", "bin", "obj", "BenchmarkDotNet.Artifacts", "TestResults", "node_modules"];

    private static readonly string[] TextExtensions =
        [".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".md", ".txt", ".sh", ".yml", ".yaml", ".proto", ".patch"];

    private static readonly string[] TextFiles = [".editorconfig", ".gitignore", ".gitattributes", ".ci/run"];

    /// <summary>The absolute path of the folder that holds the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file, relative to <see cref="Root"/>, with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. EnumeratePaths(Root).Order(StringComparer.Ordinal)];

    /// <summary>Every text file with its content.</summary>
    public static IReadOnlyList<TextFile> Files { get; } = [.. Paths.Where(IsText).Select(Read)];

    /// <summary>Whether a file or folder of that relative path exists.</summary>
    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Reads one file by its relative path.</summary>
    public static TextFile Read(string path) => new(path, File.ReadAllText(Path.Combine(Root, path)));

    private static bool IsText(string path) =>
        TextExtensions.Contains(Path.GetExtension(path), StringComparer.Ordinal) || TextFiles.Contains(path, StringComparer.Ordinal);

    private static IEnumerable<string> EnumeratePaths(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        }

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            if (GeneratedFolders.Contains(Path.GetFileName(child), StringComparer.Ordinal))
            {
                continue;
            }

            foreach (string path in EnumeratePaths(child))
            {
                yield return path;
            }
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Coordination.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException($"Coordination.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
