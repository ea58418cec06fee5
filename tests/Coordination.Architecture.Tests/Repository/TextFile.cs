namespace Coordination.Architecture.Tests;

/// <summary>A text file of the repository, or a sample that pretends to be one.</summary>
/// <param name="Path">Relative to the root of the repository, with forward slashes.</param>
/// <param name="Text">The whole content.</param>
internal sealed record TextFile(string Path, string Text)
{
    /// <summary>The content by line, without line ends; a line end at the very end does not begin another line.</summary>
    public IReadOnlyList<string> Lines { get; } = Split(Text);

    public bool HasExtension(params ReadOnlySpan<string> extensions)
    {
        string own = System.IO.Path.GetExtension(Path);
        foreach (string extension in extensions)
        {
            if (own == extension)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A complaint about a line, counted from 1, in the form that editors and terminals can jump to.</summary>
    public string Complain(int line, string complaint) => $"{Path}:{line}: {complaint}";

    private static string[] Split(string text)
    {
        string[] lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
